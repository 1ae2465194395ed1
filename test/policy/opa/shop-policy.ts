// A policy that is small, asks its data, and masks what leaves: the same for the gateway and for OPA.
import type { JointBundle } from './joint-bundle.ts';

const statement = `package gateway.statement

default decision := {"effect": "deny", "rule": "shop.default", "reason": "Nobody said yes."}

decision := {"effect": "allow", "rule": "shop.reader", "notices": [data.shop.notice]} if {
	input.identity.principal in data.shop.readers
	input.statement.read_only
}
`;

const connect = `package gateway.connect

decision := {"effect": "allow", "rule": "shop.login"}
`;

const approve = `package gateway.approve

decision := {"effect": "deny", "rule": "shop.nobody"}
`;

const log = `package system.log

mask contains "/input/identity/claims"

mask contains {"op": "upsert", "path": "/input/session/client_addr", "value": "0.0.0.0"}

mask contains path if {
	some i, effect in input.input.statement.session_effects
	effect.effect == "set"
	path := concat("/", ["", "input", "statement", "session_effects", format_int(i, 10), "values"])
}

drop if input.input.identity.principal == "health-check"
`;

export function shopPolicy(
  revision: string,
  { readers = ['ada'], files = {} }: { readers?: string[]; files?: Record<string, string> } = {},
): JointBundle {
  return {
    revision,
    roots: ['gateway', 'system/log', 'shop'],
    entrypoints: [
      ...['gateway/connect/decision', 'gateway/statement/decision', 'gateway/approve/decision'],
      ...['system/log/mask', 'system/log/drop'],
    ],
    files: {
      'gateway/statement.rego': statement,
      'gateway/connect.rego': connect,
      'gateway/approve.rego': approve,
      'system/log.rego': log,
      'shop/data.json': JSON.stringify({ readers, notice: 'be careful' }),
      ...files,
    },
  };
}
