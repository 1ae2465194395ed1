# METADATA
# title: Cases
# description: |
#   The tests of policy-tests/cases, each with everything that it leaves out, and how each is decided. Three readers share
#   them: `opa test` (cases_test.rego), the tests that decide them again in WASM, and the build, which puts
#   `manifest_inputs` into the bundle's manifest so that the gateway decides them before it trusts the bundle.
package policy_cases

# METADATA
# description: All cases by name. `access` and `for_tests` are what `data` has while the case is decided.
all := object.union_n([in_topic(topic) | some topic, _ in data.cases])

# METADATA
# description: How they are decided.
decided := {name: decision | some name, case in all; decision := decide(case)}

# METADATA
# description: |
#   What a bundle's manifest carries, which is each case that is well-formed and needs no
#   other data than the bundle's.
manifest_inputs := [{"entrypoint": case.entrypoint, "input": case.input, "result": decided[name]} |
	some name, case in all
	case.access == data.access
	case.for_tests == data.for_tests
	not case.malformed
]

# METADATA
# description: Whether each case of a topic is decided as it wants. What it says nothing of isn't compared.
outcomes(topic) := {name: is_as_wanted(name, case) | some name, case in in_topic(topic)}

is_as_wanted(name, case) := passed if {
	decisions := [decide(case) | true]
	shown := [object.filter(decision, object.keys(case.want) | {key | some key in case.without}) | some decision in decisions]
	passed := shown == [case.want]
	explain(name, decisions, passed)
}

explain(_, _, true)

explain(name, decisions, false) if print(name, "is decided", decisions)

in_topic(topic) := {$"{topic}: {case.name}": completed(case, usual_access(topic)) | some case in data.cases[topic]}

# METADATA
# description: The topics that came with the starter policy. What they want holds for the access data that came with it.
starter_topics := {
	"access",
	"approve",
	"budgets",
	"combining",
	"commands",
	"connect",
	"eligible",
	"functions",
	"grants",
	"labels",
	"opaque",
	"relations",
	"settings",
	"writes",
}

# METADATA
# description: A repository of one's own keeps the starter's access data in `starter_access`, and edits those of `access`.
usual_access(topic) := data.starter_access if topic in starter_topics

usual_access(topic) := data.access if not topic in starter_topics

usual_access(_) := data.access if not data.starter_access

completed(case, usual) := {
	"entrypoint": entrypoint,
	"input": json.remove(
		object.union_n([data.base_inputs[entrypoint], identity(case), object.get(case, "input", {})]),
		object.get(case, "absent", []),
	),
	"access": object.union(
		object.remove(usual, object.keys(object.get(case, "access", {}))),
		object.get(case, "access", {}),
	),
	"for_tests": object.union(data.for_tests, object.filter(case, object.keys(data.for_tests))),
	"want": case.want,
	"without": object.get(case, "without", []),
	"malformed": object.get(case, "malformed", false),
} if {
	entrypoint := object.get(case, "entrypoint", "gateway/statement/decision")
}

identity(case) := {"identity": data.personas[case.as]}

identity(case) := {} if not case.as

decide(case) := decision if {
	case.entrypoint == "gateway/statement/decision"
	decision := data.gateway.statement.decision with input as case.input
		with data.access as case.access
		with data.for_tests as case.for_tests
}

decide(case) := decision if {
	case.entrypoint == "gateway/connect/decision"
	decision := data.gateway.connect.decision with input as case.input
		with data.access as case.access
		with data.for_tests as case.for_tests
}

decide(case) := decision if {
	case.entrypoint == "gateway/approve/decision"
	decision := data.gateway.approve.decision with input as case.input
		with data.access as case.access
		with data.for_tests as case.for_tests
}

decide(case) := decision if {
	case.entrypoint == "gateway/access/decision"
	decision := data.gateway.access.decision with input as case.input
		with data.access as case.access
		with data.for_tests as case.for_tests
}
