# METADATA
# title: Scopes
# description: |
#   Whom, where and when something is for: the conditions `who`, `where` and `when` of a role. All conditions that are
#   given must hold, each by one of its alternatives. A condition that isn't known holds for nobody.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.scopes

import data.portcullis.time

# METADATA
# description: The role is for whoever asks, here and now. Nobody has a role without `who`, or with keys that aren't known.
applies(role) if {
	count(role.who) > 0
	every condition, wanted in role.who { asked_by(condition, wanted) }
	is_here(role)
	is_now(role)
	every key, _ in role { known_keys[key] }
}

# METADATA
# description: A role with another key is for nobody, so that a misspelt condition can't widen it.
known_keys := {
	"approval": true,
	"connect": true,
	"description": true,
	"keys_at_once": true,
	"limits": true,
	"may": true,
	"may_after_approval": true,
	"record": true,
	"when": true,
	"where": true,
	"who": true,
	"without_key": true,
}

# METADATA
# description: The same of an entry of `data.access.eligible`.
is_eligible(entry) if {
	count(entry.who) > 0
	every condition, wanted in entry.who { asked_by(condition, wanted) }
	is_here(entry)
	is_now(entry)
	every key, _ in entry { known_of_eligible[key] }
}

known_of_eligible := {
	"approval": true,
	"at_once": true,
	"connect": true,
	"description": true,
	"keys_at_once": true,
	"limits": true,
	"max_hours": true,
	"record": true,
	"rights": true,
	"when": true,
	"where": true,
	"who": true,
	"without_key": true,
}

# METADATA
# description: One condition on who asks.
asked_by("kinds", wanted) if input.identity.kind in wanted

asked_by("groups", wanted) if {
	some group in input.identity.groups
	group in wanted
}

asked_by("principals", wanted) if input.identity.principal in wanted

asked_by("issuers", wanted) if input.identity.issuer in wanted

asked_by("scopes", wanted) if {
	some scope in input.identity.scopes
	scope in wanted
}

asked_by("claims", wanted) if {
	every name, values in wanted { claims(name, values) }
}

asked_by("through_actor", true) if input.identity.actor

asked_by("through_actor", false) if not input.identity.actor

claims(name, values) if input.identity.claims[name] in values

claims(name, values) if {
	some value in input.identity.claims[name]
	value in values
}

is_here(role) if not role.where

is_here(role) if {
	every condition, wanted in role.where { on_resource(condition, wanted) }
}

# METADATA
# description: One condition on the resource that is asked.
on_resource("resources", wanted) if input.resource.name in wanted

on_resource("labels", wanted) if {
	every name, values in wanted { input.resource.labels[name] in values }
}

is_now(role) if not role.when

is_now(role) if {
	every condition, wanted in role.when { at_time(condition, wanted) }
}

# METADATA
# description: One condition on the time, which is UTC.
at_time("weekdays", wanted) if time.on_weekdays(wanted)

at_time("hours", wanted) if time.within_hours(wanted.from, wanted.to)
