// Questions for a policy.
import type { AccessInput, ApproveAsk, Ask, GrantsInput } from '../../../gateway/policy/index.ts';
import type { StatementFacts } from '../../../gateway/sql/index.ts';

/** Saturday, 14:30 UTC. */
export const now = Date.UTC(2026, 4, 2, 14, 30, 0);

export const identity: Ask['identity'] = {
  principal: 'agent:invoices',
  kind: 'agent',
  issuer: 'https://login.example.com',
  subject: 'invoices',
  groups: ['agents', 'billing'],
  scopes: ['read'],
  claims: { department: { name: 'finance' }, 'https://example.com/roles': ['reader'] },
  auth: { method: 'oidc', expires_at: 1_800_000_000 },
};

export const session: Ask['session'] = {
  id: '0b0e7a3e-6f5a-4f0e-9f55-4b3e0a1d8f10',
  client_addr: '127.0.0.1',
  tls: true,
  application_name: 'psql',
  transaction: 'idle',
};

export const resource: Ask['resource'] = {
  name: 'orders',
  database: 'orders',
  labels: { env: 'prod' },
  server_version: 150_018,
};

/** SELECT id, ssn FROM customers WHERE id = 1 */
export const facts: StatementFacts = {
  kind: 'select',
  tag: 'SELECT',
  readOnly: true,
  relations: [
    {
      oid: 1,
      schema: 'public',
      name: 'customers',
      kind: 'table',
      access: ['select'],
      through: [],
      labels: ['pii.ssn'],
    },
  ],
  columns: [
    {
      relation: 1,
      number: 1,
      schema: 'public',
      table: 'customers',
      name: 'id',
      labels: [],
      used: ['output', 'predicate'],
      usedInside: [],
    },
    {
      relation: 1,
      number: 2,
      schema: 'public',
      table: 'customers',
      name: 'ssn',
      labels: ['pii.ssn'],
      used: ['output'],
      usedInside: [],
    },
  ],
  functions: [],
  outputs: [
    {
      position: 1,
      name: 'id',
      type: 23,
      columns: ['public.customers.id'],
      labels: [],
      direct: true,
      origin: { relation: 1, column: 1 },
    },
    {
      position: 2,
      name: 'ssn',
      type: 25,
      columns: ['public.customers.ssn'],
      labels: ['pii.ssn'],
      direct: true,
      origin: { relation: 1, column: 2 },
    },
  ],
  writes: [],
  limit: undefined,
  session: [],
  objects: [],
  grants: [],
  inner: [],
  opaque: [],
  catalogVersion: 'c1',
};

export const ask = (changes: Partial<Ask> = {}): Ask => ({
  identity,
  session,
  resource,
  facts,
  now,
  ...changes,
});

export const approveAsk: ApproveAsk = {
  ...ask(),
  approval: {
    id: 'a1',
    requester: identity,
    created_at: 1_700_000_000,
    rule: 'writes.mass',
    terms: { approvers: ['group:dba'], count: 1 },
    approved_by: [],
  },
};

export const grants: GrantsInput = [
  {
    id: 'g-1',
    eligible: 'prices',
    rights: { update: { public: ['orders'] } },
    from: now / 1000 - 60,
    until: now / 1000 + 3600,
    reason: 'a wrong price',
  },
];

export const access: AccessInput = {
  rights: { update: { public: ['orders'] }, unmask: ['pii.*'] },
  seconds: 7200,
  reason: 'a wrong price',
};
