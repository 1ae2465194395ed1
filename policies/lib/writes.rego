# METADATA
# title: Writes
# description: Which writes may change any number of rows, and what the roles say of such writes.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.writes

import data.portcullis.approvals
import data.portcullis.roles
import data.portcullis.text

# METADATA
# description: The UPDATEs and DELETEs of the statement whose filter isn't the whole key of one row.
without_key := [write |
	some write in input.statement.writes
	write.action in {"update", "delete"}
	not write.row_filter == "key_equality"
	not keys_at_once(write)
]

# METADATA
# description: |
#   How many rows a list of keys may name, as the most generous of the roles says that allow the write. What is changed is
#   counted, so that nobody has to count the list.
keys_at_once(write) := max(counts) if {
	write.row_filter == "key_list"
	count(roles_with("allow", write)) == 0
	counts := {roles.entry(name).keys_at_once |
		some relation in input.statement.relations
		write.target == concat(".", [relation.schema, relation.name])
		some name in roles.reaching(write.action, relation)
	}
}

# METADATA
# description: How many rows all such lists of the statement may name together.
listed_rows := sum([keys_at_once(write) | some write in input.statement.writes])

# METADATA
# description: |
#   The targets of such writes that are dealt with in one way: by the mildest of the roles that allow the write. A write
#   of which none of them says anything that can be done is refused.
targets_with(way) := {text.seen_as(write, write.target) |
	some write in without_key
	way_for(write) == way
}

# METADATA
# description: The names of the roles that allow a write, and deal with it in one way.
roles_with(way, write) := {name |
	some relation in input.statement.relations
	write.target == concat(".", [relation.schema, relation.name])
	some name in roles.reaching(write.action, relation)
	way_of(name) == way
}

way_for(write) := mildest_first[min(ranks)] if {
	ranks := {rank | some rank, way in mildest_first; count(roles_with(way, write)) > 0}
	count(ranks) > 0
} else := "refuse"

mildest_first := ["allow", "bound", "hold", "refuse"]

way_of(name) := way if {
	way := object.get(roles.entry(name), ["without_key"], "hold")
	way in {"allow", "refuse"}
}

way_of(name) := "bound" if {
	roles.entry(name).without_key == "bound"
	roles.entry(name).limits.max_affected_rows >= 0
}

way_of(name) := "hold" if {
	object.get(roles.entry(name), ["without_key"], "hold") == "hold"
	approvals.terms_of(name)
}
