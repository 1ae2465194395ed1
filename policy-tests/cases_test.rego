# METADATA
# title: Tests of the cases
# description: |
#   Each case is decided as it wants; of one that isn't, the decision is printed. Every topic has a test of its own, because
#   `opa test` gives each test five seconds.
package policy_cases_test

import data.policy_cases

test_access[name] if {
	some name, passed in policy_cases.outcomes("access")
	passed
}

test_approve[name] if {
	some name, passed in policy_cases.outcomes("approve")
	passed
}

test_budgets[name] if {
	some name, passed in policy_cases.outcomes("budgets")
	passed
}

test_combining[name] if {
	some name, passed in policy_cases.outcomes("combining")
	passed
}

test_commands[name] if {
	some name, passed in policy_cases.outcomes("commands")
	passed
}

test_connect[name] if {
	some name, passed in policy_cases.outcomes("connect")
	passed
}

test_eligible[name] if {
	some name, passed in policy_cases.outcomes("eligible")
	passed
}

test_functions[name] if {
	some name, passed in policy_cases.outcomes("functions")
	passed
}

test_grants[name] if {
	some name, passed in policy_cases.outcomes("grants")
	passed
}

test_labels[name] if {
	some name, passed in policy_cases.outcomes("labels")
	passed
}

test_opaque[name] if {
	some name, passed in policy_cases.outcomes("opaque")
	passed
}

test_relations[name] if {
	some name, passed in policy_cases.outcomes("relations")
	passed
}

test_settings[name] if {
	some name, passed in policy_cases.outcomes("settings")
	passed
}

test_writes[name] if {
	some name, passed in policy_cases.outcomes("writes")
	passed
}

# METADATA
# description: The topics that you add.
test_others[name] if {
	some topic, _ in data.cases
	not topic in policy_cases.starter_topics
	some name, passed in policy_cases.outcomes(topic)
	passed
}

# METADATA
# description: A topic without a test would pass unseen.
test_every_topic_of_the_starter_is_tested if {
	every topic in policy_cases.starter_topics { data.cases[topic] }
}

# METADATA
# description: Of two cases of one topic with one name only one would count.
test_names_are_unique if {
	every list in data.cases { count(list) == count({case.name | some case in list}) }
}
