# METADATA
# title: Effects
# description: What a statement does beside reading and writing rows, and what of it the roles don't list.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package portcullis.effects

import data.portcullis.roles

# METADATA
# description: The tags of the commands that need a role to list them, and that no role lists.
unlisted_commands contains input.statement.tag if {
	not is_everyday(input.statement.kind, input.statement.tag)
	not roles.may("commands", input.statement.tag)
}

unlisted_commands contains inner.tag if {
	some inner in input.statement.inner
	not is_everyday(inner.kind, inner.tag)
	not roles.may("commands", inner.tag)
}

unlisted_commands contains "COPY FROM" if {
	some effect in input.statement.session_effects
	effect.direction == "from"
	not roles.may("commands", "COPY FROM")
}

# METADATA
# description: No role needs to list it.
is_everyday(kind, tag) if {
	kind in everyday_kinds
	not is_two_phase(tag)
}

is_everyday(_, "UNLISTEN")

is_two_phase(tag) if tag in {"PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED"}

# METADATA
# description: What these kinds touch is looked at by other rules.
everyday_kinds := [
	"select",
	"insert",
	"update",
	"delete",
	"transaction",
	"session",
	"show",
	"prepare",
	"execute",
	"deallocate",
	"cursor",
	"explain",
	"merge",
	"copy",
	"call",
	"truncate",
]

# METADATA
# description: COPY reads or writes a file of the server, or runs a program there, and no role lets it.
uses_server_files if {
	some effect in input.statement.session_effects
	effect.effect == "copy"
	not effect.through == "client"
	not roles.may_do("server_files")
}

# METADATA
# description: The settings that would be changed, and may not be.
refused_settings contains setting if {
	some effect in input.statement.session_effects
	effect.effect in {"set", "reset"}
	not may_change(effect)
	setting := object.get(effect, ["name"], "without a name")
}

may_change(effect) if data.access.settings[effect.name] == "any"

may_change(effect) if {
	every value in effect.values { value in data.access.settings[effect.name] }
}

may_change(effect) if {
	effect.effect == "reset"
	data.access.settings[effect.name]
}

may_change(effect) if roles.may("settings", effect.name)

# METADATA
# description: A call of set_config may work out the name of what it sets; SET can't.
may_change(effect) if {
	not effect.name
	roles.may("run_classes", "set_session")
}

may_change(effect) if {
	not effect.name
	roles.may("run_signatures", "pg_catalog.set_config(text, text, boolean)")
}
