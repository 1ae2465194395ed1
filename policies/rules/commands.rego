# METADATA
# title: Commands
# description: |
#   Commands beyond everyday reading, writing, transactions and settings run when a role lists their tag: `CREATE INDEX`,
#   `COPY FROM`, `NOTIFY`… The same holds for commands that are explained, prepared or copied.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package rules.commands

import data.portcullis.approvals
import data.portcullis.effects
import data.portcullis.text

verdict contains {
	"effect": "deny",
	"rule": "commands.tag",
	"reason": $"Your roles don't let you send {text.list(tags)}.",
	"hint": "Ask the security team for this command, or have it sent by somebody whose work it is.",
} if {
	tags := {tag |
		some tag in effects.unlisted_commands
		count(approvals.roles_listing("commands", tag)) == 0
	}
	count(tags) > 0
}

verdict contains {
	"effect": "require_approval",
	"rule": "commands.tag",
	"reason": $"Somebody must approve when you send {tag}.",
	"hint": "Wait for the approval.",
	"approval": approvals.for_entry("commands", tag),
} if {
	some tag in effects.unlisted_commands
}

verdict contains {
	"effect": "deny",
	"rule": "commands.server_files",
	"reason": "COPY can't read or write files of the server, nor run programs there.",
	"hint": "Use COPY … FROM STDIN or TO STDOUT (\\copy in psql), which goes over your connection.",
} if {
	effects.uses_server_files
}
