# METADATA
# title: Agents
# description: |
#   An agent that is registered stays within the scope of its registration, whatever its roles allow: on its resources, at
#   its hours, in its schemas and tables, with its operations. The same holds for whoever it acts for.
# schemas:
#   - input: schema["input.schema"]
package rules.agents

import data.portcullis.text
import data.portcullis.time

scope := input.identity.agent.scope

login_denial contains denial if some denial in place_and_time

verdict contains object.union({"effect": "deny"}, denial) if some denial in place_and_time

place_and_time contains {
	"rule": "agents.resource",
	"reason": $"The agent {input.identity.agent.name} is not for the database {input.resource.name}.",
	"hint": "Use one of the databases that it is registered for, or ask its owner.",
} if {
	resources := scope.resources
	not input.resource.name in resources
}

place_and_time contains {
	"rule": "agents.hours",
	"reason": $"The agent {input.identity.agent.name} is not for this time of the day or the week.",
	"hint": "Try again at the hours that it is registered for, which are UTC, or ask its owner.",
} if {
	not is_now
}

verdict contains {
	"effect": "deny",
	"rule": "agents.relations",
	"reason": $"The agent {input.identity.agent.name} is not for {text.list(names)}.",
	"hint": "Leave that table out, or ask its owner to widen its scope.",
} if {
	narrows_relations
	names := {name(relation) |
		some relation in input.statement.relations
		not is_within(relation)
		not is_checked_by_server(relation)
	}
	count(names) > 0
}

verdict contains {
	"effect": "deny",
	"rule": "agents.operations",
	"reason": $"The agent {input.identity.agent.name} is not there to {text.list(operations)}.",
	"hint": "Leave that out, or ask its owner to widen its scope.",
} if {
	allowed := scope.operations
	operations := {operation |
		some relation in input.statement.relations
		not is_checked_by_server(relation)
		some operation in relation.access
		not operation in allowed
	}
	count(operations) > 0
}

verdict contains {
	"effect": "deny",
	"rule": "agents.commands",
	"reason": $"The agent {input.identity.agent.name} is only there to read and write rows.",
	"hint": "Leave the command out, or ask its owner to add `commands` to its operations.",
} if {
	narrows_statements
	some kind in kinds
	not kind in row_kinds
	not "commands" in object.get(scope, ["operations"], [])
}

verdict contains {
	"effect": "deny",
	"rule": "agents.opaque",
	"reason": $"What this does can't be told for certain, and the agent {input.identity.agent.name} must stay within its scope.",
	"hint": "Write it as a plain query.",
} if {
	narrows_statements
	input.statement.opaque
}

is_now if {
	not scope.hours
	is_today
}

is_now if {
	time.within_hours(scope.hours.from, scope.hours.to)
	is_today
}

is_today if not scope.weekdays

is_today if time.on_weekdays(scope.weekdays)

narrows_relations if scope.schemas

narrows_relations if scope.tables

narrows_statements if narrows_relations

narrows_statements if scope.operations

is_within(relation) if relation.schema in scope.schemas

is_within(relation) if concat(".", [relation.schema, relation.name]) in scope.tables

# METADATA
# description: What clients look up about the database itself; the roles say how much of it.
is_within(relation) if {
	relation.schema in {"pg_catalog", "information_schema"}
	relation.access == ["select"]
}

# METADATA
# description: A foreign key is checked by the server itself, which looks at the other table and shows nothing of it.
is_checked_by_server(relation) if {
	startswith(relation.through[count(relation.through) - 1], "foreign key ")
	every access in relation.access { access in {"select", "lock"} }
}

kinds contains input.statement.kind

kinds contains inner.kind if some inner in input.statement.inner

# METADATA
# description: What these do to relations is in the facts of the statement.
row_kinds := {
	"select",
	"insert",
	"update",
	"delete",
	"merge",
	"truncate",
	"copy",
	"session",
	"show",
	"transaction",
	"explain",
	"cursor",
	"prepare",
	"execute",
	"deallocate",
	"lock",
}

name(relation) := text.seen_as(relation, concat(".", [relation.schema, relation.name]))
