# METADATA
# title: Decision on a login
# description: |
#   Nobody connects without a role for the resource, or a grant. Roles and grants say with which credential, which settings
#   the client can't change, how long and how often. A package under `rules` can refuse a login: each entry of its set
#   `login_denial` is a refusal with a rule, a reason and a hint.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package gateway.connect

import data.portcullis.grants
import data.portcullis.roles
import data.portcullis.text
import data.portcullis.verdicts

# METADATA
# title: What happens with the login
# entrypoint: true
decision := object.union({"effect": "deny"}, verdicts.words(denials)) if count(denials) > 0

decision := object.union(
	{"effect": "allow", "rule": rule},
	verdicts.only_filled({
		"credential": credential,
		"settings": settings,
		"limits": limits,
		"record": verdicts.fullest_record(entries),
	}),
) if {
	count(denials) == 0
}

# METADATA
# description: The first of the roles, or of the grants where only they let somebody in.
rule := concat(".", ["role", min(roles.active)]) if count(roles.active) > 0

rule := concat(".", ["grant", min(object.keys(grants.entries))]) if count(roles.active) == 0

# METADATA
# description: What the access policy says of each role and of each grant.
entries := array.concat(
	[role | some name in roles.active; role := data.access.roles[name]],
	[entry | some entry in grants.entries],
)

denials contains denial if {
	some denial in data.rules[_].login_denial
	verdicts.is_worded(denial)
}

denials contains verdicts.malformed if {
	some denial in data.rules[_].login_denial
	not verdicts.is_worded(denial)
}

denials contains {
	"rule": "access.no_role",
	"reason": $"No role of the access policy is for you on the database {input.resource.name} at this time.",
	"hint": "Ask the security team for a role, and say which database and tables you need.",
} if {
	not roles.any_active
}

denials contains {
	"rule": "connect.credential",
	"reason": "Your roles name several credentials, and the access policy doesn't say which of them may do more.",
	"hint": "Ask the security team to list them under `credentials`.",
} if {
	count(credentials) > 1
	some name in credentials
	not is_ranked(name)
}

denials contains {
	"rule": "connect.setting_unknown",
	"reason": $"The setting {text.list(unknown)} of your role follows from your login, which doesn't say it.",
	"hint": "Log in with a token that has this claim, or ask the security team.",
} if {
	unknown := {name | some [name, value] in wanted_settings; not value_of(value)}
	count(unknown) > 0
}

denials contains {
	"rule": "connect.setting_twice",
	"reason": $"Your roles want different values of the setting {text.list(contradicting)}.",
	"hint": "Ask the security team to leave it to one of the roles.",
} if {
	contradicting := {name |
		some name, _ in settings_by_name
		count(settings_by_name[name]) > 1
	}
	count(contradicting) > 0
}

is_ranked(credential_name) if credential_name in data.access.credentials

credentials contains entry.connect.credential if some entry in entries

# METADATA
# description: The only credential that the roles name, or the one of them that stands last in `credentials`.
credential := [name | some name in credentials][0] if count(credentials) == 1

credential := data.access.credentials[max(ranks)] if {
	ranks := {rank | some rank, name in data.access.credentials; name in credentials}
}

credential := "" if count(credentials) == 0

wanted_settings contains [name, value] if {
	some entry in entries
	some name, value in entry.connect.settings
}

settings_by_name[name] contains value_of(value) if some [name, value] in wanted_settings

settings := {name: value |
	some name, values in settings_by_name
	some value in values
}

# METADATA
# description: |
#   A setting is a text. A claim can be a whole number too, as long as it is exact: two tenants must not become one.
value_of(value) := value if is_string(value)

value_of(value) := input.identity.claims[value.claim] if is_string(input.identity.claims[value.claim])

value_of(value) := format_int(number, 10) if {
	number := input.identity.claims[value.claim]
	floor(number) == number
	abs(number) < 9007199254740992
}

value_of(value) := input.identity[value.identity] if value.identity in {"principal", "subject", "issuer", "kind"}

limits := {name: min(values) |
	some name in ["max_session_seconds", "max_sessions"]
	values := {entry.connect[name] | some entry in entries}
	count(values) > 0
}
