// A policy by which writes wait for people before they are committed.

/** Everybody is allowed everything; what was written is shown to people before it is committed. */
export const approvingPolicy: Readonly<Record<string, string>> = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "clients.any"}
decision := {"effect": "require_approval", "rule": "clients.writes", "approval": {"approvers": ["group:dba"],
  "count": 1, "expires_in": 120, "scope": "statement", "uses": 1, "at": "commit"}} if {
  count(input.statement.writes) > 0
}`,
  'gateway/connect.rego':
    'package gateway.connect\ndefault decision := {"effect": "allow", "rule": "clients.any"}',
  'gateway/approve.rego':
    'package gateway.approve\ndefault decision := {"effect": "allow", "rule": "clients.any"}',
};
