# METADATA
# title: Roles
# description: |
#   The roles of `data.access` that whoever asks has here and now, and what they allow together. Rights add up: what one
#   of the roles allows is allowed. Each role limits what all of them allow: the strictest limit holds.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.roles

import data.portcullis.scopes

# METADATA
# description: The names of the roles that apply.
active contains name if {
	some name, role in data.access.roles
	scopes.applies(role)
}

# METADATA
# description: One of the roles lists `entry`, or everything (`*`), in `list` of its rights.
may(list, entry) if {
	some name in active
	entry in data.access.roles[name].may[list]
}

may(list, _) if {
	some name in active
	"*" in data.access.roles[name].may[list]
}

# METADATA
# description: One of the roles says `true` to something that nobody may without it.
may_do(what) if {
	some name in active
	data.access.roles[name].may[what] == true
}

# METADATA
# description: One of the roles allows an access (`select`, `delete`…) to a relation of the statement.
reaches(access, relation) if {
	some name in active
	covers(data.access.roles[name].may[access], relation)
}

# METADATA
# description: The names of the roles that allow an access to a relation.
reaching(access, relation) := {name |
	some name in active
	covers(data.access.roles[name].may[access], relation)
}

# METADATA
# description: |
#   A relation is among `places`, which names schemas (`*`: every one) and, in each of them, either `all` or a list of
#   relations.
covers(places, relation) if places[relation.schema] == "all"

covers(places, relation) if relation.name in places[relation.schema]

covers(places, _) if places["*"] == "all"
