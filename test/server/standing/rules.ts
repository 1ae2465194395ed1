// What decides where revocation, sessions and agents are tried.
import type { Files } from '../policy-stage.ts';

const terms = JSON.stringify({
  ...{ approvers: ['group:dba'], count: 1, expires_in: 600, scope: 'statement', uses: 1 },
});
/** Everybody may everything, but for writes, which wait. */
export const rules: Files = {
  'gateway/statement.rego': `package gateway.statement
import data.portcullis.none
default decision := {"effect": "allow", "rule": "test.everything"}
decision := {"effect": "require_approval", "rule": "test.writes", "approval": ${terms}} if {
  count(input.statement.writes) > 0
}`,
  'portcullis/none.rego': 'package portcullis.none',
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "allow", "rule": "test.everybody"}`,
};
/** An administrator of the stage's gateways. */
export const security = { sub: 'sam', groups: ['security'] };
