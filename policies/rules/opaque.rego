# METADATA
# title: Opaque statements
# description: A statement that may touch more than can be known beforehand runs only for roles with `opaque`.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package rules.opaque

import data.portcullis.roles

verdict contains {
	"effect": "deny",
	"rule": "opaque.statement",
	"reason": $"Nobody can say beforehand what this statement reads or changes: {because}.",
	"hint": hint,
} if {
	input.statement.opaque
	not roles.may_do("opaque")
	not names_nothing
	because := concat("; ", array.slice([reason.because | some reason in input.statement.opaque_because], 0, 2))
}

# METADATA
# description: What to do depends on what stands in the way.
default hint := "Write it without that part."

hint := "Write it without that part, or ask the security team to vouch for the function that it calls." if {
	some reason in input.statement.opaque_because
	reason.reason in {"function", "trigger", "rule"}
} else := "Prepare or declare it in this session, with a statement of its own." if {
	some reason in input.statement.opaque_because
	reason.reason == "name"
} else := "Send it on its own, without other statements in the same text; if it is refused again, tell the security team." if {
	some reason in input.statement.opaque_because
	reason.reason == "unresolved"
}

# METADATA
# description: |
#   What the names in a statement mean can stay unknown where it has none: SET, BEGIN, COMMIT. What such a statement does is
#   among its effects.
names_nothing if {
	input.statement.kind in {"session", "transaction"}
	every reason in input.statement.opaque_because { reason.reason == "unresolved" }
}
