# METADATA
# title: Mass writes
# description: |
#   An UPDATE or DELETE that doesn't name one row by its key may change any number of rows. `without_key` of the role that
#   allows the write says what happens: `refuse`, `hold` for approval, `bound` by the role's `max_affected_rows`, or `allow`.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package rules.writes

import data.portcullis.approvals
import data.portcullis.text
import data.portcullis.writes

verdict contains {
	"effect": "deny",
	"rule": "writes.without_key",
	"reason": $"This may change any number of rows of {text.list(targets)}, since no key says which.",
	"hint": "Name the row by its primary key in the WHERE.",
} if {
	targets := writes.targets_with("refuse")
	count(targets) > 0
}

verdict contains {
	"effect": "require_approval",
	"rule": "writes.without_key",
	"reason": $"This may change any number of rows of {text.list(targets)}{estimate}: somebody must approve it.",
	"hint": "Name the row by its primary key in the WHERE, or wait for the approval.",
	"approval": approvals.strictest([approvals.terms_of(name) |
		some write in writes.without_key
		some name in writes.roles_with("hold", write)
	]),
	"needs": ["estimated_rows"],
} if {
	targets := writes.targets_with("hold")
	count(targets) > 0
}

# METADATA
# description: A list of keys changes as many rows as the role says, and more are rolled back.
verdict contains {
	"effect": "allow",
	"rule": "writes.key_list",
	"limits": {"max_affected_rows": writes.listed_rows},
} if {
	writes.listed_rows > 0
}

estimate := $" (about {round(max(estimates))})" if count(estimates) > 0

estimate := "" if count(estimates) == 0

estimates := {write.estimated_rows | some write in writes.without_key}
