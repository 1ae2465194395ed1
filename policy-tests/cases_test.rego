# METADATA
# title: Tests of the cases
# description: Each case is decided as it wants. What it says nothing of isn't compared.
package policy_cases_test

import data.policy_cases

test_case[name] if {
	some name, case in policy_cases.all
	every key, value in case.want { policy_cases.decided[name][key] == value }
	every key in case.without { not policy_cases.decided[name][key] }
}

# METADATA
# description: Two cases of one topic with one name would hide one of them.
test_names_are_unique if {
	count(policy_cases.all) == count([name | some topic, list in data.cases; some case in list; name := [topic, case.name]])
}
