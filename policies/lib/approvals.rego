# METADATA
# title: Approvals
# description: |
#   What may be done once somebody has approved it, and who must: `may_after_approval` and `approval` of a role. Where
#   rules hold a statement on different terms, all of them must be met.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.approvals

import data.portcullis.places
import data.portcullis.roles

# METADATA
# description: The names of the roles that allow an access to a relation after an approval.
roles_holding(access, relation) := {name |
	some name in roles.active
	places.covers(data.access.roles[name].may_after_approval[access], relation)
	terms_of(name)
}

# METADATA
# description: The terms on which the roles allow an access to all of some relations after an approval.
for_access(access, relations) := strictest([terms_of(name) |
	some relation in relations
	some name in roles_holding(access, relation)
])

# METADATA
# description: The terms of the roles that list an entry among what they allow after an approval.
for_entry(list, entry) := strictest([terms_of(name) | some name in roles_listing(list, entry)])

# METADATA
# description: The names of the roles that list an entry among what they allow after an approval.
roles_listing(list, entry) := {name |
	some name in roles.active
	some listed in data.access.roles[name].may_after_approval[list]
	listed in {entry, "*"}
	terms_of(name)
}

# METADATA
# description: The own terms of a role, or of what somebody is eligible for, over those that hold for all of them.
terms_of(name) := terms if {
	terms := object.union(
		object.get(data.access, ["approvals", "terms"], {}),
		object.get(roles.entry(name), ["approval"], {}),
	)
	count(terms.approvers) > 0
}

# METADATA
# description: Terms that meet all of some terms. Only who may approve by each of them may approve.
strictest(several) := object.union_n([at_commit(several), reasons(several), glass(several), {
	"approvers": sort(intersection({{approver | some approver in terms.approvers} | some terms in several})),
	"count": max({object.get(terms, ["count"], 1) | some terms in several}),
	"expires_in": min({object.get(terms, ["expires_in"], 900) | some terms in several}),
	"scope": narrowest_first[min({rank |
		some terms in several
		some rank, scope in narrowest_first
		scope == object.get(terms, ["scope"], "statement")
	})],
	"uses": min({object.get(terms, ["uses"], 1) | some terms in several}),
}])

# METADATA
# description: At the commit only where all of the terms say so, with locks kept as briefly as any of them asks.
at_commit(several) := object.union_n([{"at": "commit", "lock_seconds": shortest}, free_rows(several), samples(several)]) if {
	count(several) > 0
	shortest := min({object.get(terms, ["lock_seconds"], 300) | some terms in several})
	every terms in several { terms.at == "commit" }
} else := {}

# METADATA
# description: So few rows may be changed without asking as all of the terms allow.
free_rows(several) := {"free_rows": fewest} if {
	every terms in several { is_number(terms.free_rows) }
	fewest := min({terms.free_rows | some terms in several})
} else := {}

# METADATA
# description: So many of the changed rows are shown as all of the terms allow.
samples(several) := {"sample_rows": fewest} if {
	every terms in several { is_number(terms.sample_rows) }
	fewest := min({terms.sample_rows | some terms in several})
} else := {}

# METADATA
# description: Whoever has to say why by any of the terms has to.
reasons(several) := {"reason": reason} if {
	asked := {terms.reason | some terms in several}
	count(asked) == 1
	some reason in asked
} else := {"reason": "both"} if {
	count({terms.reason | some terms in several}) > 1
} else := {}

# METADATA
# description: Alone in an emergency approves only who may by each of the terms.
glass(several) := {"break_glass": names} if {
	count(several) > 0
	every terms in several { count(terms.break_glass) > 0 }
	names := sort(intersection({{name | some name in terms.break_glass} | some terms in several}))
	count(names) > 0
} else := {}

narrowest_first := ["statement", "shape", "session", "window"]
