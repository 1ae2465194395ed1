# METADATA
# title: Functions
# description: |
#   A function runs when a role lists its class (`run_classes`) or itself (`run_signatures`), a procedure when a role lists
#   it (`call`). What a function may show or change is its reviewed class: docs/functions.md.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package rules.functions

import data.portcullis.functions
import data.portcullis.text

verdict contains {
	"effect": "deny",
	"rule": "functions.class",
	"reason": $"{text.list({text.seen_as(called, called.signature) | some called in functions.refused})} can't be called: {reason}.",
	"hint": "Write it without this function, or ask the security team to review and list it for your role.",
} if {
	count(functions.refused) > 0
	classes := {called.class | some called in functions.refused}
	reason := concat(", ", sort({functions.meaning(class) | some class in classes}))
}

verdict contains {
	"effect": "deny",
	"rule": "functions.procedure",
	"reason": $"{names} can't be called: your roles don't list this procedure.",
	"hint": "Ask the security team to list it for your role.",
} if {
	count(functions.refused_procedures) > 0
	names := text.list({called.signature | some called in functions.refused_procedures})
}
