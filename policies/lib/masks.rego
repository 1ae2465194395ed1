# METADATA
# title: Masks
# description: |
#   Masks and their order. Where two masks are for the same column or label, the stricter one holds; of two with the same
#   kind and other parameters neither is known to be stricter, so that the value is redacted.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.masks

import data.portcullis.labels

# METADATA
# description: The kinds of masks, from the strictest to the one that leaves most.
strictest_first := [
	"null",
	"redact",
	"constant",
	"token",
	"hash",
	"bucket",
	"round",
	"date_trunc",
	"json",
	"pattern",
	"email",
	"partial",
]

# METADATA
# description: The mask of a label, from `data.access.labels`. A label for which no mask is given is redacted.
of_label(label) := {"label": label, "with": with_of(label)}

with_of(label) := object.get(labels.setting(label), ["mask"], {"kind": "redact"})

# METADATA
# description: One mask for each column and label, out of the masks of all rules.
unite(masks) := [object.union(target, {"with": strictest(rules)}) |
	some target in {object.remove(mask, ["with"]) | some mask in masks}
	rules := {mask.with | some mask in masks; object.remove(mask, ["with"]) == target}
]

# METADATA
# description: The strictest of some masks, whose kinds are known.
strictest(rules) := single({rule | some rule in rules; rule.kind == strictest_first[first]}) if {
	first := min({rank | some rank, kind in strictest_first; some rule in rules; rule.kind == kind})
}

# METADATA
# description: A mask is for a column or a label, and of a kind that is known.
is_understood(mask) if {
	mask.with.kind in strictest_first
	is_string(object.get(mask, "column", object.get(mask, "label", null)))
}

single(rules) := rule if {
	count(rules) == 1
	some rule in rules
} else := {"kind": "redact"}
