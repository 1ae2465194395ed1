# METADATA
# title: Labels
# description: |
#   Labels say what a column holds: `pii.ssn`. Every label protects its column, but for those that `data.access.labels`
#   calls open. A role may see the labels that it unmasks, and may compare those of `filter_by` without seeing them.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.labels

import data.portcullis.roles

# METADATA
# description: The columns of the statement that have a label.
columns := [column |
	some column in input.statement.columns
	column.labels != []
]

# METADATA
# description: The columns of the statement that whoever asks may not see.
closed_columns := [column |
	some column in columns
	some label in column.labels
	is_closed(label)
]

# METADATA
# description: The labels of the result that whoever asks may not see.
closed_outputs contains label if {
	some output in input.statement.outputs
	some label in output.labels
	is_closed(label)
}

# METADATA
# description: The values behind the label may not be seen.
is_closed(label) if {
	not setting(label).open == true
	not lists("unmask", label)
}

# METADATA
# description: Rows may be found, joined, sorted or grouped by the values behind the label.
is_comparable(label) if not is_closed(label)

is_comparable(label) if lists("filter_by", label)

# METADATA
# description: What `data.access.labels` says of a label, of its group (`pii.*`), or else of all others (`*`).
setting(label) := object.get(data.access.labels, [label], object.get(data.access.labels, [group(label)], other_labels))

other_labels := object.get(data.access.labels, ["*"], {})

# METADATA
# description: The group of a label by its first part, which is `pii.*` for `pii.ssn`.
group(label) := concat("", [split(label, ".")[0], ".*"])

lists(list, label) if roles.may(list, label)

lists(list, label) if roles.may(list, group(label))

# METADATA
# description: The name of a column for people and masks, such as `public.customers.ssn`.
name(column) := concat(".", [column.schema, column.relation, column.name])
