# METADATA
# title: Settings
# description: |
#   A session may change the settings that `data.access.settings` lists, each to `any` value or to one of a list, and those
#   that a role lists. All others stay as they are: who the session is, what row security shows, what the server logs.
# schemas:
#   - input: schema["input.schema"]
#   - data.access: schema["access.schema"]
package rules.settings

import data.portcullis.effects
import data.portcullis.text

verdict contains {
	"effect": "deny",
	"rule": "settings.change",
	"reason": $"Your roles don't let you change the setting {text.list(effects.refused_settings)} to that.",
	"hint": "Leave the setting as it is, or ask the security team to list it.",
} if {
	count(effects.refused_settings) > 0
}
