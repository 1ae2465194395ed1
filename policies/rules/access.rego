# METADATA
# title: Access
# description: |
#   Nobody may send anything without a role. Each role that applies allows the statement, and says how much of it is
#   recorded and what limits it has, and so does each grant; the other rules take back what none of the roles allows.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package rules.access

import data.portcullis.budgets
import data.portcullis.grants
import data.portcullis.roles

verdict contains {
	"effect": "deny",
	"rule": "access.no_role",
	"reason": "No role of the access policy is for you on this database at this time.",
	"hint": "Ask the security team for a role, and say which database and tables you need.",
} if {
	not roles.any_active
}

verdict contains object.union_n([
	{"effect": "allow", "rule": concat(".", ["role", name])},
	object.filter(data.access.roles[name], ["record"]),
	budgets.limits_of(data.access.roles[name]),
]) if {
	some name in roles.active
	is_complete
}

verdict contains object.union_n([
	{"effect": "allow", "rule": concat(".", ["grant", name])},
	object.filter(entry, ["record"]),
	budgets.limits_of(entry),
]) if {
	some name, entry in grants.entries
	is_complete
}

# METADATA
# description: Everything that the other rules look at is there, so that none of them is silent for lack of facts.
is_complete if {
	is_string(input.statement.kind)
	is_string(input.statement.tag)
	is_boolean(input.statement.opaque)
	is_array(input.statement.relations)
	is_array(input.statement.columns)
	is_array(input.statement.functions)
	is_array(input.statement.outputs)
	is_array(input.statement.writes)
	is_array(input.statement.session_effects)
	is_array(input.statement.inner)
}
