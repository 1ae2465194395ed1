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

decision := refused if count(denials) > 0

decision := held if {
	count(denials) == 0
	count(holding) > 0
}

decision := masked if {
	count(denials) == 0
	count(holding) == 0
	count(masking) > 0
}

decision := allowed if {
	count(denials) == 0
	count(holding) == 0
	count(masking) == 0
	count(allowing) > 0
}

# METADATA
# description: What all packages under `rules` say, your own among them.
all_verdicts contains verdict if some verdict in data.rules[_].verdict

allowing := [verdict | some verdict in all_verdicts; verdict.effect == "allow"; is_string(verdict.rule)]

masking := [verdict | some verdict in all_verdicts; verdict.effect == "mask"; verdict.rule; verdict.masks != []]

holding := [verdict |
	some verdict in all_verdicts
	verdict.effect == "require_approval"
	is_string(verdict.rule)
	verdicts.has_terms(verdict)
]

denying := [verdict | some verdict in all_verdicts; verdict.effect == "deny"; is_string(verdict.rule)]

denials contains verdict if some verdict in denying

denials contains {
	"effect": "deny",
	"rule": "default.malformed",
	"reason": "A rule of the policy says something of this statement that can't be understood.",
	"hint": "Tell the security team: a verdict has an effect, a rule, and the masks or the approval that its effect takes.",
} if {
	count(all_verdicts) > ((count(allowing) + count(masking)) + count(holding)) + count(denying)
}

denials contains {
	"effect": "deny",
	"rule": "default.no_approver",
	"reason": "Somebody must approve this statement, and nobody is named who may.",
	"hint": "Ask the security team to name approvers for it.",
} if {
	count(holding) > 0
	terms.approvers == []
}

refused := object.union({"effect": "deny"}, verdicts.words(denials))

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

allowed := object.union(verdicts.first(allowing), together) if count(allowing) > 1

# METADATA
# description: Most statements are allowed by one role, while no other rule speaks, so that there is nothing to put together.
allowed := allowing[0] if count(allowing) == 1

# METADATA
# description: What all verdicts say together beside their effect.
together := verdicts.only_filled({
	"limits": verdicts.strictest_limits(all_verdicts),
	"notices": verdicts.listed(all_verdicts, "notices"),
	"needs": verdicts.listed(all_verdicts, "needs"),
	"record": verdicts.fullest_record(all_verdicts),
})
