// The policy that masks the sample of the drivers' types, and allows everything.

/** One for each type of the sample but the enum, which masks make NULL. */
const masks = {
  int4: { kind: 'redact' },
  int8: { kind: 'round', to: 1000 },
  numeric: { kind: 'round', to: 1 },
  float8: { kind: 'bucket', size: 0.25 },
  bool: { kind: 'redact' },
  text: { kind: 'partial', keep_start: 2 },
  bytea: { kind: 'redact' },
  date: { kind: 'date_trunc', unit: 'month' },
  timestamp: { kind: 'date_trunc', unit: 'year' },
  timestamptz: { kind: 'date_trunc', unit: 'day' },
  interval: { kind: 'redact' },
  uuid: { kind: 'redact' },
  json: { kind: 'json', paths: ['/a/1'] },
  jsonb: { kind: 'json', paths: ['/a/b'] },
  int4s: { kind: 'bucket', size: 10 },
  texts: { kind: 'partial', keep_end: 1 },
};

const columnMasks = Object.entries(masks).map(([name, rule]) => ({
  column: `public.samples.${name}`,
  with: rule,
}));

/** Everything is allowed, and the sample masked. */
export const maskingPolicy: Readonly<Record<string, string>> = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "clients.any"}
decision := {"effect": "mask", "rule": "clients.mask", "masks": ${JSON.stringify(columnMasks)}} if {
  input.statement.kind == "select"
}`,
  'gateway/connect.rego':
    'package gateway.connect\ndefault decision := {"effect": "allow", "rule": "clients.any"}',
  'gateway/approve.rego':
    'package gateway.approve\ndefault decision := {"effect": "deny", "rule": "clients.nobody"}',
};
