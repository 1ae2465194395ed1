# METADATA
# title: Functions
# description: Which functions of the statement the roles don't let run.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.functions

import data.portcullis.roles

# METADATA
# description: The functions that no role lets run.
refused := [called |
	some called in input.statement.functions
	not is_common(called)
	not may_run(called)
	not is_procedure(called)
]

# METADATA
# description: The procedures that no role lists.
refused_procedures := [called |
	some called in input.statement.functions
	is_procedure(called)
	not may_call(called)
]

is_procedure(called) if called.as == "procedure"

may_call(called) if roles.may("call", called.signature)

# METADATA
# description: Most functions are of a class that everybody may run, so that this comes first.
is_common(called) if called.class in data.access.functions.classes

may_run(called) if called.signature in data.access.functions.signatures

may_run(called) if roles.may("run_classes", called.class)

may_run(called) if roles.may("run_signatures", called.signature)

# METADATA
# description: What the statement itself sets by set_config is looked at where SET is.
may_run(called) if {
	called.signature == "pg_catalog.set_config(text, text, boolean)"
	called.through == []
	some effect in input.statement.session_effects
	effect.effect == "set"
}

# METADATA
# description: A column's default moves its sequence.
may_run(called) if {
	called.class == "sequence"
	count(called.through) > 0
}

# METADATA
# description: What a trusted definition calls is its own affair.
may_run(called) if {
	some definition in called.through
	roles.may("trusted", definition)
}

# METADATA
# description: Whoever may send opaque statements may call what makes them so.
may_run(called) if {
	called.class == "opaque"
	roles.may_do("opaque")
}

# METADATA
# description: What a class means, for people.
meaning(class) := object.get(meanings, [class], $"its class is {class}")

meanings := {
	"admin": "it acts on the server",
	"large_object": "it reads or changes large objects",
	"lock": "it takes locks or holds the session",
	"opaque": "nothing is known of what it reads or changes",
	"reads_files": "it reads files of the server",
	"runs_sql": "it runs SQL that is given as text",
	"sequence": "it moves a sequence",
	"set_session": "it changes settings of the session, or sends values to other sessions",
	"stats": "it shows what other sessions do or what tables hold",
	"writes_files": "it writes files of the server",
}
