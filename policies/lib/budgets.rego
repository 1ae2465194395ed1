# METADATA
# title: Budgets
# description: |
#   How much a principal may send in a time. Roles say it as `statements_per_hour`; a decision has a list of budgets, and
#   the gateway counts: nothing in the input tells how much was sent already.
# schemas:
#   - input: schema["input.schema"]
package portcullis.budgets

# METADATA
# description: The `limits` of a role as a decision has them, with its budgets in one list.
limits_of(role) := {} if not role.limits

limits_of(role) := {"limits": with_list(role.limits, of_limits(role.limits))}

with_list(limits, []) := limits

with_list(limits, list) := object.union(
	object.remove(limits, [key | some [key, _] in windows]),
	{"budgets": list},
) if {
	count(list) > 0
}

of_limits(limits) := [{"of": "statements", "window_seconds": seconds, "most": limits[key]} |
	some [key, seconds] in windows
]

# METADATA
# description: The words of roles, and the seconds that they stand for.
windows := [
	["statements_per_minute", 60],
	["statements_per_hour", 3600],
	["statements_per_day", 86400],
]

# METADATA
# description: A list of budgets, each of something that is counted, and with its time and number.
are_understood(list) if {
	is_array(list)
	every budget in list {
		budget.of == "statements"
		budget.window_seconds
		is_number(budget.most)
	}
}

# METADATA
# description: Of several lists of budgets one, with the smallest number for each time.
strictest(lists) := [{"of": "statements", "window_seconds": seconds, "most": most} |
	some seconds in sort({budget.window_seconds | some list in lists; some budget in list})
	most := min({budget.most |
		some list in lists
		some budget in list
		budget.window_seconds == seconds
	})
]
