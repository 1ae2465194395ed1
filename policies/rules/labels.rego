# METADATA
# title: Labels
# description: |
#   Values behind a label that isn't unmasked are masked in the result. Wherever they would show in another way, or would
#   leave the reach of masks, the statement is refused.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package rules.labels

import data.portcullis.labels
import data.portcullis.masks
import data.portcullis.roles
import data.portcullis.text

verdict contains {
	"effect": "mask",
	"rule": "labels.mask",
	"reason": $"Values labelled {text.list(labels.closed_outputs)} are masked.",
	"hint": "Ask the security team for a role that unmasks these labels.",
	"masks": [masks.of_label(label) | some label in labels.closed_outputs],
} if {
	count(labels.closed_outputs) > 0
}

# METADATA
# description: Rows that are found, joined, sorted or grouped by a value tell what it is, although nothing shows it.
verdict contains {
	"effect": "deny",
	"rule": concat(".", ["labels", use]),
	"reason": $"{text.list(labels.names(columns))} can't be {comparing[use]}: values that you may not see would show.",
	"hint": "Use other columns there, such as the key; the values can stand in the result, where they are masked.",
} if {
	some use, columns in compared
}

compared[use] contains column if {
	some column in labels.closed_columns
	some use in column.used
	comparing[use]
	some label in column.labels
	label in labels.closed
	not label in labels.comparable
}

comparing := {
	"predicate": "used in a condition",
	"computed": "used in a computation that can fail or take long by the value",
	"join": "joined by",
	"order": "sorted by",
	"group": "grouped or made distinct by",
}

verdict contains {
	"effect": "deny",
	"rule": "labels.write_source",
	"reason": $"Values of {text.list(labels.names(used.write_source))} can't be written elsewhere: no mask would follow them there.",
	"hint": "Leave these columns out of what is written.",
} if {
	used.write_source
}

# METADATA
# description: What leaves by COPY, or waits in a cursor, isn't reached by masks.
verdict contains {
	"effect": "deny",
	"rule": concat(".", ["labels", input.statement.kind]),
	"reason": $"Values of {text.list(leaving)} can't leave by {ways[input.statement.kind]}: they would not be masked.",
	"hint": "Leave these columns out, or read them with a plain SELECT, which masks them.",
} if {
	ways[input.statement.kind]
	not masks_reach(input.statement.kind)
	count(leaving) > 0
}

leaving := labels.names(used.output)

leaving := labels.closed_outputs if not used.output

masks_reach(kind) if kind in data.access.masks_reach

ways := {
	"copy": "COPY",
	"cursor": "a cursor",
}

# METADATA
# description: A plan has row counts, and constants that the server worked out.
verdict contains {
	"effect": "deny",
	"rule": "labels.explain",
	"reason": $"The plan of a statement over {text.list(names)} can't be shown: it can tell of values that you may not see.",
	"hint": "Explain the statement without these columns.",
} if {
	input.statement.kind == "explain"
	names := labels.names({column | some column in labels.closed_columns; column.used != []})
	count(names) > 0
}

# METADATA
# description: A function that keeps or sends what it is given takes values where no mask is.
verdict contains {
	"effect": "deny",
	"rule": "labels.carried_away",
	"reason": $"{text.list(carriers)} could carry values of {text.list(names)} to where they are not masked.",
	"hint": "Call the function without these columns.",
} if {
	names := labels.names({column |
		some column in labels.closed_columns
		some use in column.used
		not use in {"read", "locked", "write_target"}
	})
	count(names) > 0
	carriers := {called.signature |
		some called in input.statement.functions
		called.class in {"set_session", "large_object", "sequence", "lock", "admin", "writes_files", "runs_sql", "opaque"}
		called.through == []
	}
	count(carriers) > 0
}

# METADATA
# description: A function that looks for a value tells whether it is there.
verdict contains {
	"effect": "deny",
	"rule": "labels.inside_function",
	"reason": $"{text.list(reviewed_by_nobody)} compares or writes values of {text.list(names)}, which you may not see.",
	"hint": "Ask the security team to review the function and to list it for your role.",
} if {
	names := labels.names({column |
		some column in labels.closed_columns
		some use in column.used_inside
		use in {"predicate", "join", "order", "group", "write_source"}
		reached_by_function(column)
	})
	count(names) > 0
}

# METADATA
# description: The functions by which tables are reached, without those that a role lists by their signature.
reviewed_by_nobody contains step if {
	some relation in input.statement.relations
	some step in relation.through
	endswith(step, ")")
	not roles.may("run_signatures", step)
	not roles.may("trusted", step)
}

reached_by_function(column) if {
	some relation in input.statement.relations
	relation.name == column.relation
	relation.schema == column.schema
	some step in relation.through
	step in reviewed_by_nobody
}

# METADATA
# description: By use, the columns that whoever asks may not see.
used[use] contains column if {
	some column in labels.closed_columns
	some use in column.used
}
