# METADATA
# title: Verdicts
# description: How the verdicts of several rules become one.
# schemas:
#   - input: schema["input.schema"]
package portcullis.verdicts

import data.portcullis.approvals
import data.portcullis.budgets
import data.portcullis.masks

# METADATA
# description: Whose name and words the decision has, the first by the name of its rule.
first(verdicts) := worded(by_name[0][2]) if {
	by_name := sort([[verdict.rule, object.get(verdict, "reason", ""), verdict] | some verdict in verdicts])
}

worded(verdict) := {
	"effect": object.get(verdict, "effect", "deny"),
	"rule": verdict.rule,
	"reason": object.get(verdict, "reason", ""),
	"hint": object.get(verdict, "hint", ""),
}

# METADATA
# description: The other rules that say the same, when they are few. Who has no role is refused whatever they say.
others(verdicts, rule) := $" (Refused as well by {concat(", ", sort(names))}.)" if {
	rule != "access.no_role"
	names := {verdict.rule | some verdict in verdicts; verdict.rule != rule}
	count(names) > 0
	count(names) <= 3
} else := ""

# METADATA
# description: A verdict has a rule and words, and what its effect takes.
is_understood(verdict) if {
	is_worded(verdict)
	is_object(object.get(verdict, "limits", {}))
	budgets.are_understood(object.get(verdict, ["limits", "budgets"], []))
	has_what_it_takes(verdict.effect, verdict)
}

# METADATA
# description: A refusal has a rule, and its words are texts.
is_worded(denial) if {
	is_string(denial.rule)
	is_string(object.get(denial, "reason", ""))
	is_string(object.get(denial, "hint", ""))
}

has_what_it_takes("allow", _)

has_what_it_takes("deny", _)

has_what_it_takes("mask", verdict) if {
	count(verdict.masks) > 0
	every mask in verdict.masks { masks.is_understood(mask) }
}

has_what_it_takes("require_approval", verdict) if {
	every term in ["approvers", "count", "expires_in", "uses"] { verdict.approval[term] }
	verdict.approval.scope in approvals.narrowest_first
}

# METADATA
# description: What is said instead of something that can't be understood.
malformed := {
	"effect": "deny",
	"rule": "default.malformed",
	"reason": "A rule of the policy says something that can't be understood.",
	"hint": "Tell the security team, whose rules must give a rule's name, words, and what their effect takes.",
}

# METADATA
# description: Of each limit the smallest, of budgets by their time; read-only when any of them is, cut only when all of them cut.
strictest_limits(verdicts) := {name: limit |
	some name in {name | some verdict in verdicts; some name, _ in verdict.limits}
	limit := strictest_limit(name, {verdict.limits[name] | some verdict in verdicts}, verdicts)
}

strictest_limit("read_only", values, _) := true in values

strictest_limit("budgets", values, _) := budgets.strictest(values)

# Whoever limits rows and doesn't say otherwise means an error, the last by the alphabet as well.
strictest_limit("on_max_rows", _, verdicts) := max({way |
	some verdict in verdicts
	verdict.limits.max_rows >= 0
	way := object.get(verdict.limits, "on_max_rows", "error")
})

strictest_limit(name, values, _) := min(values) if not name in {"read_only", "budgets", "on_max_rows"}

# METADATA
# description: All entries of one list of all verdicts, each once.
listed(verdicts, list) := sort({entry | some verdict in verdicts; some entry in verdict[list]})

# METADATA
# description: The most that a verdict wants to have recorded.
fullest_record(verdicts) := fullest_first[min(ranks)] if {
	ranks := {rank | some rank, record in fullest_first; some verdict in verdicts; verdict.record == record}
	count(ranks) > 0
} else := ""

fullest_first := ["full", "metadata", "none"]

# METADATA
# description: Without what is empty.
only_filled(parts) := {name: part | some name, part in parts; count(part) > 0}

# METADATA
# description: The words of several refusals, the first by the name of its rule.
words(denials) := {
	"rule": winner.rule,
	"reason": concat("", [winner.reason, others(denials, winner.rule)]),
	"hint": winner.hint,
} if {
	winner := first(denials)
}
