# METADATA
# title: Relations
# description: |
#   What is read, written, locked or changed must be among the places of a role: `select`, `insert`, `update`, `delete`,
#   `truncate`, `lock`, `define`, `maintain`. That holds for what views and functions touch, too, unless a role trusts
#   their definition.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package rules.relations

import data.portcullis.approvals
import data.portcullis.roles
import data.portcullis.text

verdict contains {
	"effect": "deny",
	"rule": concat(".", ["relations", access]),
	"reason": $"Your roles don't let you {words[access]} {text.list(names)}.",
	"hint": "Ask the security team for it, or leave that table out.",
} if {
	some access, relations in out_of_reach
	names := {name(relation) | some relation in relations; not is_held(access, relation)}
	count(names) > 0
}

verdict contains {
	"effect": "require_approval",
	"rule": concat(".", ["relations", access]),
	"reason": $"Somebody must approve when you {words[access]} {text.list({name(relation) | some relation in relations})}.",
	"hint": "Wait for the approval, or leave that table out.",
	"approval": approvals.for_access(access, relations),
} if {
	some access, relations in out_of_reach
}

# METADATA
# description: By access, the relations that no role lets whoever asks reach so.
out_of_reach[access] contains relation if {
	some relation in input.statement.relations
	some access in relation.access
	not roles.reaches(access, relation)
	not is_own_doing(access, relation)
}

# METADATA
# description: A foreign key is checked by the server itself, which looks at the other table and shows nothing of it.
is_own_doing(access, relation) if {
	access in {"select", "lock"}
	startswith(relation.through[count(relation.through) - 1], "foreign key ")
}

# METADATA
# description: A definition that a role trusts may touch what it likes.
is_own_doing(_, relation) if {
	some definition in relation.through
	roles.may("trusted", definition)
}

# METADATA
# description: Whoever may insert into tables of a schema may use its sequences.
is_own_doing("select", relation) if {
	relation.kind == "sequence"
	some name in roles.active
	some schema in {relation.schema, "*"}
	count(data.access.roles[name].may.insert[schema]) > 0
}

is_held(access, relation) if count(approvals.roles_holding(access, relation)) > 0

name(relation) := text.seen_as(relation, concat(".", [relation.schema, relation.name]))

words := {
	"select": "read",
	"insert": "insert into",
	"update": "update",
	"delete": "delete from",
	"truncate": "truncate",
	"lock": "lock rows of",
	"define": "change the definition of",
	"maintain": "maintain",
}
