# METADATA
# title: Labels
# description: |
#   Labels say what a column holds: `pii.ssn`. Every label protects its column, but for those that `data.access.labels`
#   calls open. A role may see the labels that it unmasks, and may compare those of `filter_by` without seeing them.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.labels

import data.portcullis.grants
import data.portcullis.roles

# METADATA
# description: The columns of the statement that whoever asks may not see.
closed_columns := [column |
	count(closed) > 0
	some column in input.statement.columns
	some label in column.labels
	label in closed
]

# METADATA
# description: The labels of the result that whoever asks may not see.
closed_outputs := closed & of_outputs

# METADATA
# description: The labels in the statement behind which the values may not be seen.
closed contains label if {
	some label in (of_columns | of_outputs)
	not setting(label).open == true
	not is_listed("unmask", label)
}

# METADATA
# description: The labels by which rows may be found, joined, sorted or grouped although the values may not be seen.
comparable contains label if {
	some label in closed
	is_listed("filter_by", label)
}

# METADATA
# description: |
#   Something in reach of the statement has a label, and whoever asks may see all of it: what the database says of the
#   statement can't tell them more. A constraint's error shows whole rows, so that all columns of a table count.
all_seen if {
	count(in_reach) > 0
	count(closed) == 0
	every label in of_relations { is_seen(label) }
}

in_reach := union({of_columns, of_outputs, of_relations})

is_seen(label) if setting(label).open == true

is_seen(label) if is_listed("unmask", label)

of_relations contains label if {
	some relation in input.statement.relations
	some label in relation.labels
}

of_columns contains label if {
	some column in input.statement.columns
	some label in column.labels
}

of_outputs contains label if {
	some output in input.statement.outputs
	some label in output.labels
}

# METADATA
# description: What `data.access.labels` says of a label, of its group (`pii.*`), or else of all others (`*`).
setting(label) := data.access.labels[label] if {
	data.access.labels[label]
} else := data.access.labels[group(label)] if {
	data.access.labels[group(label)]
} else := data.access.labels["*"] if {
	data.access.labels["*"]
} else := {}

# METADATA
# description: The group of a label by its first part, which is `pii.*` for `pii.ssn`.
group(label) := concat("", [split(label, ".")[0], ".*"])

is_listed(list, label) if {
	some name in roles.active
	entries := data.access.roles[name].may[list]
	some entry in entries
	entry in {label, group(label), "*"}
}

is_listed(list, label) if grants.give_label(list, label)

# METADATA
# description: |
#   What columns are called in words for whoever asks: those that the statement names by their names, and by their labels
#   when it names none of them. What only stands behind a view isn't named.
names(columns) := {name(column) | some column in columns; not column.behind} if {
	some column in columns
	not column.behind
} else := {$"what is labelled {label}" | some column in columns; some label in column.labels; label in closed}

# METADATA
# description: The name of a column for people and masks, such as `public.customers.ssn`.
name(column) := concat(".", [column.schema, column.relation, column.name])
