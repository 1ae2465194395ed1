// Statements that policies are asked about: what is ordinary, and what costs more.
import type { Ask } from '../../../gateway/policy/index.ts';
import type { StatementFacts } from '../../../gateway/sql/index.ts';

type ColumnFact = StatementFacts['columns'][number];

export type Question = Readonly<{ name: string; ask: Ask }>;

const identity: Ask['identity'] = {
  principal: 'agent:invoices',
  kind: 'agent',
  issuer: 'https://login.example.com',
  subject: 'invoices',
  groups: ['agents', 'billing', 'everybody'],
  scopes: ['openid'],
  claims: { sub: 'invoices', iss: 'https://login.example.com', aud: 'portcullis', exp: 1_800_000_000 },
  auth: { method: 'oidc', expires_at: 1_800_000_000 },
};

export const session: Ask['session'] = {
  id: '0b0e7a3e-6f5a-4f0e-9f55-4b3e0a1d8f10',
  client_addr: '127.0.0.1',
  tls: true,
  application_name: 'psql',
  transaction: 'idle',
};

const resource: Ask['resource'] = {
  name: 'orders',
  database: 'orders',
  labels: { env: 'prod' },
  server_version: 180_000,
};

const column = (name: string, used: ColumnFact['used'], labels: readonly string[] = []): ColumnFact => ({
  relation: 1,
  number: 1,
  schema: 'public',
  table: 'table_1',
  name,
  labels,
  used,
  usedInside: [],
});

const equal: StatementFacts['functions'][number] = {
  schema: 'pg_catalog',
  name: 'int4eq',
  signature: 'pg_catalog.int4eq(integer,integer)',
  as: 'operator',
  volatility: 'immutable',
  language: 'internal',
  class: 'pure',
  builtin: true,
  securityDefiner: false,
  through: [],
};

/** A SELECT of these columns from one table, by its key. */
function selecting(columns: readonly ColumnFact[]): StatementFacts {
  const labels = [...new Set(columns.flatMap((one) => one.labels))];
  return {
    kind: 'select',
    tag: 'SELECT',
    readOnly: true,
    relations: [
      { oid: 1, schema: 'public', name: 'table_1', kind: 'table', access: ['select'], through: [], labels },
    ],
    columns,
    functions: [equal],
    outputs: columns.map(({ name, labels: own }, at) => ({
      position: at + 1,
      name,
      type: 25,
      columns: [`public.table_1.${name}`],
      labels: own,
      direct: true,
      origin: { relation: 1, column: at + 1 },
    })),
    writes: [],
    limit: undefined,
    session: [],
    objects: [],
    grants: [],
    inner: [],
    opaque: [],
    catalogVersion: '0123456789abcdef0123456789abcdef',
  };
}

const key = column('id', ['output', 'predicate']);
const plain = (count: number) => Array.from({ length: count }, (_, at) => column(`plain_${at}`, ['output']));
const labelled = (count: number) =>
  Array.from({ length: count }, (_, at) => column(`column_${at}`, ['output'], ['pii.email']));

const updating: StatementFacts = {
  ...selecting([column('id', ['predicate']), column('total', ['write_target'])]),
  kind: 'update',
  tag: 'UPDATE',
  readOnly: false,
  outputs: [],
  writes: [
    {
      action: 'update',
      relation: 1,
      target: 'public.table_1',
      columns: ['total'],
      rowFilter: 'key_equality',
      rows: undefined,
      through: [],
    },
  ],
  relations: [
    {
      oid: 1,
      schema: 'public',
      name: 'table_1',
      kind: 'table',
      access: ['select', 'update'],
      through: [],
      labels: [],
    },
  ],
};

const asked = (facts: StatementFacts): Ask => ({
  identity,
  session,
  resource,
  facts,
  now: Date.UTC(2026, 4, 4, 14, 30),
});

export const questions: readonly Question[] = [
  { name: 'ordinary: 3 columns by key', ask: asked(selecting([key, ...plain(2)])) },
  { name: 'update by key', ask: asked(updating) },
  { name: 'masked: 1 of 3 columns', ask: asked(selecting([key, ...plain(1), ...labelled(1)])) },
  { name: 'wide: 60 columns', ask: asked(selecting([key, ...plain(59)])) },
  { name: 'wide: 60 columns, 20 masked', ask: asked(selecting([key, ...plain(39), ...labelled(20)])) },
];
