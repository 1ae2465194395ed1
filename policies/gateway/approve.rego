# METADATA
# title: Decision on an approver
# description: |
#   Who may approve a statement that is held: a person whom its terms name, who didn't send it, for whom it wasn't sent, and
#   who hasn't approved it already. In an emergency, a person whom the terms name for that, alone. A package under `rules`
#   can refuse more: each entry of its set `approval_denial` is a refusal with a rule, a reason and a hint.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package gateway.approve

import data.portcullis.verdicts

# METADATA
# title: Whether this approval counts
# entrypoint: true
decision := object.union({"effect": "deny"}, verdicts.words(denials)) if count(denials) > 0

decision := {"effect": "allow", "rule": rule, "weight": weight} if count(denials) == 0

default rule := "approve.named"

rule := "approve.break_glass" if breaks_glass

denials contains denial if {
	some denial in data.rules[_].approval_denial
	verdicts.is_worded(denial)
}

denials contains verdicts.malformed if {
	some denial in data.rules[_].approval_denial
	not verdicts.is_worded(denial)
}

denials contains {
	"rule": "approve.not_named",
	"reason": "You are not among those who may approve this request.",
	"hint": "Ask one of the approvers that the request names.",
} if {
	not is_named
}

denials contains {
	"rule": "approve.kind",
	"reason": "Only a person who acts in their own name may approve.",
	"hint": "Log in as yourself, without a program between.",
} if {
	not is_person
}

denials contains {
	"rule": "approve.self",
	"reason": "Nobody approves what they sent themselves, or what was sent for them.",
	"hint": "Ask another of the approvers.",
} if {
	is_own_request
	not is_own_emergency
}

denials contains {
	"rule": "approve.twice",
	"reason": "You have approved this request already.",
	"hint": "Ask another of the approvers.",
} if {
	input.identity.principal in input.approval.approved_by
	not breaks_glass
}

denials contains {
	"rule": "approve.same_team",
	"reason": "Somebody of your own team sent it, and another team has to approve it.",
	"hint": "Ask an approver of another team.",
} if {
	some team in data.access.approvals.separate
	team in input.identity.groups
	team in input.approval.requester.groups
	not breaks_glass
}

breaks_glass if input.approval.break_glass

# METADATA
# description: Whose answer counts; in an emergency others than usual.
named := object.get(input.approval.terms, ["break_glass"], []) if breaks_glass

named := input.approval.terms.approvers if not breaks_glass

is_named if concat("", ["principal:", input.identity.principal]) in named

is_named if {
	some group in input.identity.groups
	concat("", ["group:", group]) in named
}

# METADATA
# description: A person who sent it in their own name lets it run themselves, because nobody else is there.
is_own_emergency if {
	breaks_glass
	input.identity.principal == input.approval.requester.principal
	input.approval.requester.kind == "human"
	not input.approval.requester.actor
}

is_person if {
	input.identity.kind in object.get(data.access, ["approvals", "kinds"], ["human"])
	not input.identity.actor
}

is_own_request if input.identity.principal == input.approval.requester.principal

is_own_request if is_me(input.approval.requester)

# METADATA
# description: Somebody acts for the requester, and it is the approver, or one for whom the approver acts.
is_own_request if {
	some actor in actors
	is_me(actor)
}

# METADATA
# description: The requester is owned by the approver.
is_own_request if {
	owner := input.approval.requester.claims[data.access.approvals.owner_claim]
	owner in {input.identity.principal, input.identity.subject}
}

is_own_request if {
	owners := input.approval.requester.claims[data.access.approvals.owner_claim]
	some owner in owners
	owner in {input.identity.principal, input.identity.subject}
}

# METADATA
# description: The requester is an agent that is registered, and the approver answers for it.
is_own_request if input.approval.requester.agent.owner in {input.identity.principal, input.identity.subject}

# METADATA
# description: Everybody in the chain of those who act for the requester.
actors := [actor |
	some actor
	walk(input.approval.requester.actor, [_, actor])
	actor.subject
]

# METADATA
# description: The same subject of one issuer. Without an issuer the subject alone counts, to be safe.
is_me(party) if {
	party.subject == input.identity.subject
	object.get(party, ["issuer"], input.identity.issuer) == input.identity.issuer
}

# METADATA
# description: The greatest weight of the groups that the approver is in.
weight := max({1} | {data.access.approvals.weights[group] | some group in input.identity.groups})
