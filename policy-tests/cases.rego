# METADATA
# title: Cases
# description: |
#   The tests of policy-tests/cases, each with everything that it leaves out, and how each is decided. Three readers share
#   them: `opa test` (cases_test.rego), the tests that decide them again in WASM, and the build, which puts `manifest_inputs`
#   into the bundle's manifest so that the gateway decides them before it trusts the bundle.
package policy_cases

# METADATA
# description: The cases by name. `access` and `for_tests` are what `data` has while the case is decided.
all[name] := {
	"entrypoint": entrypoint,
	"input": json.remove(
		object.union(
			object.union(data.base_inputs[entrypoint], identity(case)),
			object.get(case, "input", {}),
		),
		object.get(case, "absent", []),
	),
	"access": object.union(
		object.remove(data.access, object.keys(object.get(case, "access", {}))),
		object.get(case, "access", {}),
	),
	"for_tests": object.union(data.for_tests, object.filter(case, object.keys(data.for_tests))),
	"want": case.want,
	"without": object.get(case, "without", []),
} if {
	some topic, list in data.cases
	some case in list
	name := $"{topic}: {case.name}"
	entrypoint := object.get(case, "entrypoint", "gateway/statement/decision")
}

identity(case) := {"identity": data.personas[case.as]}

identity(case) := {} if not case.as

# METADATA
# description: The decision of each case.
decided[name] := decision if {
	some name, case in all
	decision := decide(case.entrypoint) with input as case.input
		with data.access as case.access
		with data.for_tests as case.for_tests
}

decide("gateway/statement/decision") := data.gateway.statement.decision

decide("gateway/connect/decision") := data.gateway.connect.decision

decide("gateway/approve/decision") := data.gateway.approve.decision

# METADATA
# description: What a bundle's manifest carries, which is each case that needs no other data than the bundle's.
manifest_inputs := [test |
	some name, case in all
	case.access == data.access
	case.for_tests == data.for_tests
	test := {"entrypoint": case.entrypoint, "input": case.input, "result": decided[name]}
]
