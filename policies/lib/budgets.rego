# METADATA
# title: Budgets
# description: |
#   How much a principal may have in a time. Roles say it as `rows_per_hour`, or as `budgets` in the form of a decision; a
#   decision has a list of budgets, and the gateway counts: nothing in the input tells how much there was already.
# schemas:
#   - input: schema["input.schema"]
package portcullis.budgets

# METADATA
# description: The `limits` of a role as a decision has them, with its budgets in one list.
limits_of(role) := {} if not role.limits

limits_of(role) := {"limits": with_list(role.limits, of_limits(role.limits))}

with_list(limits, []) := limits

with_list(limits, list) := object.union(
	object.remove(limits, [key | some key, _ in limits; contains(key, "_per_")]),
	{"budgets": list},
) if {
	count(list) > 0
}

of_limits(limits) := strictest([object.get(limits, "budgets", []), [budget |
	some key, most in limits
	contains(key, "_per_")
	[measure, window] := split(key, "_per_")
	budget := {"of": measure, "window_seconds": seconds[window], "most": most}
]])

# METADATA
# description: The times that the words of roles have, in seconds.
seconds := {"minute": 60, "hour": 3600, "day": 86400}

# METADATA
# description: A list of budgets, each of something that is counted, and with its time and number.
are_understood(list) if {
	is_array(list)
	every budget in list {
		budget.of in measures
		budget.window_seconds
		is_number(budget.most)
	}
}

measures := ["statements", "rows", "bytes", "labelled_cells", "affected_rows", "probes"]

# METADATA
# description: Of several lists of budgets one, with the smallest number for each count and time.
strictest(lists) := [budget |
	some counted in sort({count_of(each) | some list in lists; some each in list})
	most := min({each.most |
		some list in lists
		some each in list
		count_of(each) == counted
	})
	[window, measure, label, masked] := counted
	named := {"of": measure, "window_seconds": window, "most": most}
	budget := object.union_n([named, labelled(label), with_masked(masked)])
]

# METADATA
# description: What is counted in which time. A list has an order everywhere, which an object has not.
count_of(budget) := [
	budget.window_seconds,
	budget.of,
	object.get(budget, "label", ""),
	object.get(budget, "masked", false),
]

labelled("") := {}

labelled(label) := {"label": label} if label != ""

with_masked(false) := {}

with_masked(true) := {"masked": true}
