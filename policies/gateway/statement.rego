# METADATA
# title: Decision on a statement
# description: |
#   Every package under `rules` says what it thinks of the statement in a set `verdict`; here the verdicts become one
#   decision. A denial outweighs an approval, that a mask, and that an allowance. Masks unite, the stricter one where two
#   meet; of limits the smallest holds; notices and needed facts add up. Without any verdict the statement is refused, and
#   a verdict that can't be understood refuses it.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package gateway.statement

import data.portcullis.approvals
import data.portcullis.labels
import data.portcullis.masks
import data.portcullis.verdicts

# METADATA
# title: What happens with the statement
# entrypoint: true
default decision := {
	"effect": "deny",
	"rule": "default.deny",
	"reason": "No rule allows this statement.",
	"hint": "Ask the security team which role is for this.",
}

decision := object.union({"effect": "deny"}, verdicts.words(denials)) if count(denials) > 0

decision := held if {
	count(denials) == 0
}

decision := masked if {
	count(denials) == 0
	count(holding) == 0
}

decision := allowed if {
	count(denials) == 0
	count(holding) == 0
	count(masking) == 0
}

# METADATA
# description: What all packages under `rules` say, your own among them.
all_verdicts contains verdict if some verdict in data.rules[_].verdict

understood contains verdict if {
	some verdict in all_verdicts
	verdicts.is_understood(verdict)
}

allowing := [verdict | some verdict in understood; verdict.effect == "allow"]

masking := [verdict | some verdict in understood; verdict.effect == "mask"]

holding := [verdict | some verdict in understood; verdict.effect == "require_approval"]

denials contains verdict if {
	some verdict in understood
	verdict.effect == "deny"
}

denials contains verdicts.malformed if count(understood) < count(all_verdicts)

denials contains {
	"effect": "deny",
	"rule": "default.no_approver",
	"reason": "Somebody must approve this statement, and nobody is named who may.",
	"hint": "Ask the security team to name approvers for it.",
} if {
	some _ in holding
	terms.approvers == []
}

held := object.union_n([
	verdicts.first(holding),
	{"approval": terms},
	verdicts.only_filled({"masks": united_masks}),
	together,
])

terms := approvals.strictest([verdict.approval | some verdict in holding])

masked := object.union_n([verdicts.first(masking), {"masks": united_masks}, together])

united_masks := masking[0].masks if count(masking) == 1

united_masks := masks.unite([mask | some verdict in masking; some mask in verdict.masks]) if count(masking) != 1

allowed := object.union_n([verdicts.first(allowing), together, words]) if count(allowing) > 1

# METADATA
# description: Most statements are allowed by one role, while no other rule speaks, so that there is nothing to put together.
allowed := object.union(allowing[0], words) if count(allowing) == 1

# METADATA
# description: Errors and notices keep their words where they can't tell more than whoever asks may see.
default words := {}

words := {"words": "shown"} if labels.all_seen

# METADATA
# description: What all verdicts say together beside their effect.
together := verdicts.only_filled({
	"limits": verdicts.strictest_limits(all_verdicts),
	"notices": verdicts.listed(all_verdicts, "notices"),
	"needs": verdicts.listed(all_verdicts, "needs"),
	"record": verdicts.fullest_record(all_verdicts),
})
