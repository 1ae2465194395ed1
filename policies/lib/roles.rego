# METADATA
# title: Roles
# description: |
#   The roles of `data.access` that whoever asks has here and now, and what they allow together with what was granted for a
#   time. Rights add up: what one of the roles allows is allowed. Each role limits what all of them allow: the strictest
#   limit holds.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.roles

import data.portcullis.grants
import data.portcullis.places
import data.portcullis.scopes

# METADATA
# description: The names of the roles that apply.
active contains name if {
	some name, role in data.access.roles
	scopes.applies(role)
}

# METADATA
# description: Whoever asks has a role, or was granted something.
any_active if count(active) > 0

any_active if count(grants.counting) > 0

# METADATA
# description: What the access policy says under one of the names of `reaching`, of a role or of a grant.
entry(name) := data.access.roles[name]

entry(name) := data.access.eligible[name.eligible]

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

may(list, entry) if grants.give(list, entry)

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
	places.covers(data.access.roles[name].may[access], relation)
}

reaches(access, relation) if count(grants.reaching(access, relation)) > 0

# METADATA
# description: The names of the roles that allow an access to a relation, and of the grants.
reaching(access, relation) := grants.reaching(access, relation) | {name |
	some name in active
	places.covers(data.access.roles[name].may[access], relation)
}
