# METADATA
# title: Decision on access for a time
# description: |
#   Whoever asks must be eligible by one entry of `data.access.eligible` for all that is asked for, and for as long. It begins
#   at once where that entry says so, else when somebody approves it. A package under `rules` can refuse more: each entry of
#   its set `access_denial` is a refusal with a rule, a reason and a hint.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package gateway.access

import data.portcullis.approvals
import data.portcullis.grants
import data.portcullis.places
import data.portcullis.scopes
import data.portcullis.text
import data.portcullis.verdicts

# METADATA
# title: Whether this access is granted
# entrypoint: true
decision := object.union({"effect": "deny"}, verdicts.words(denials)) if count(denials) > 0

decision := {
	"effect": "allow",
	"rule": concat(".", ["eligible", min(at_once)]),
	"eligible": min(at_once),
} if {
	count(denials) == 0
}

decision := {
	"effect": "require_approval",
	"rule": concat(".", ["eligible", min(fitting)]),
	"reason": $"Somebody must approve access of {text.list(fitting)}.",
	"hint": "Wait for the approval.",
	"eligible": min(fitting),
	"approval": object.filter(terms, ["approvers", "count", "expires_in"]),
} if {
	count(denials) == 0
	count(at_once) == 0
}

denials contains denial if {
	some denial in data.rules[_].access_denial
	verdicts.is_worded(denial)
}

denials contains verdicts.malformed if {
	some denial in data.rules[_].access_denial
	not verdicts.is_worded(denial)
}

denials contains {
	"rule": "access.not_eligible",
	"reason": $"Nothing can be granted to you on the database {input.resource.name} at this time.",
	"hint": "Ask the security team to make you eligible, and say which database and tables you need.",
} if {
	count(offered) == 0
}

denials contains {
	"rule": "access.beyond",
	"reason": $"You are not eligible for all of that: {text.list(missing)}.",
	"hint": "Ask for less, or in several requests.",
} if {
	count(offered) > 0
	count(covering) == 0
}

denials contains {
	"rule": "access.too_long",
	"reason": $"You may have this for {max(hours)} hours at most.",
	"hint": "Ask for less time.",
} if {
	count(covering) > 0
	count(fitting) == 0
	hours := {data.access.eligible[name].max_hours | some name in covering}
}

denials contains {
	"rule": "access.no_approver",
	"reason": "Somebody must approve this access, and nobody is named who may.",
	"hint": "Ask the security team to name approvers for it.",
} if {
	count(fitting) > 0
	count(at_once) == 0
	not has_approvers
}

# METADATA
# description: The names of what whoever asks is eligible for, here and now.
offered contains name if {
	some name, entry in data.access.eligible
	scopes.is_eligible(entry)
}

# METADATA
# description: Those of them that have all that is asked for.
covering contains name if {
	some name in offered
	count(input.access.rights) > 0
	every list, wanted in input.access.rights { has(data.access.eligible[name].rights, list, wanted) }
}

# METADATA
# description: Those of them that last as long as is asked for.
fitting contains name if {
	some name in covering
	input.access.seconds <= data.access.eligible[name].max_hours * 3600
}

at_once contains name if {
	some name in fitting
	data.access.eligible[name].at_once == true
}

# METADATA
# description: What is asked for and none of what is offered has.
missing contains list if {
	some list, wanted in input.access.rights
	every name in offered { not has(data.access.eligible[name].rights, list, wanted) }
}

missing contains "no one entry of the access policy has all of it" if {
	every list, wanted in input.access.rights {
		some name in offered
		has(data.access.eligible[name].rights, list, wanted)
	}
}

has(rights, list, wanted) if {
	is_object(wanted)
	every schema, relations in wanted { places.hold(rights[list], schema, relations) }
}

has(rights, list, wanted) if {
	is_array(wanted)
	every entry in wanted { lists(rights, list, entry) }
}

lists(rights, list, entry) if grants.is_listed(rights[list], entry)

lists(rights, list, entry) if {
	list == "unmask"
	grants.has_label(rights[list], entry)
}

# METADATA
# description: The terms that all of them have. Only who may approve by each of them may approve.
terms := approvals.strictest([approvals.terms_of({"eligible": name}) | some name in fitting])

has_approvers if {
	every name in fitting { approvals.terms_of({"eligible": name}) }
	count(terms.approvers) > 0
}
