# METADATA
# title: Grants
# description: |
#   What whoever asks was granted for a time: rights as roles have them. A grant counts as long as its owner is eligible for
#   it by `data.access.eligible`, and gives no more than can be asked for there now.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.grants

import data.portcullis.places
import data.portcullis.scopes

# METADATA
# description: The grants that count here and now, each with what its owner is eligible for.
counting contains {"rights": grant.rights, "eligible": grant.eligible, "most": entry.rights} if {
	some grant in input.grants
	entry := data.access.eligible[grant.eligible]
	scopes.is_eligible(entry)
}

# METADATA
# description: What the policy says of the grants that count, by name.
entries[grant.eligible] := data.access.eligible[grant.eligible] if some grant in counting

# METADATA
# description: The names under which `roles.entry` has those that allow an access to a relation.
reaching(access, relation) := {{"eligible": grant.eligible} |
	some grant in counting
	places.covers(grant.rights[access], relation)
	places.covers(grant.most[access], relation)
}

# METADATA
# description: One of the grants lists `entry` in `list` of its rights.
give(list, entry) if {
	some grant in counting
	is_listed(grant.rights[list], entry)
	is_listed(grant.most[list], entry)
}

is_listed(entries, entry) if entry in entries

is_listed(entries, _) if "*" in entries

# METADATA
# description: One of the grants unmasks a label, or its group.
give_label(list, label) if {
	some grant in counting
	has_label(grant.rights[list], label)
	has_label(grant.most[list], label)
}

# METADATA
# description: A label is among some entries by itself, by its group (`pii.*`), or as any label (`*`).
has_label(entries, label) if {
	some entry in entries
	entry in {label, concat("", [split(label, ".")[0], ".*"]), "*"}
}
