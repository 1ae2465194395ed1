// Events are of the form that the schema describes; each key of it is described, and has its place in other vocabularies.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { mapping, mapToEcs, mapToOcsf } from '../../../gateway/audit/index.ts';

type Schema = Readonly<{
  description?: string;
  $ref?: string;
  properties?: Readonly<Record<string, Schema>>;
  items?: Schema;
  $defs?: Readonly<Record<string, Schema>>;
}>;

const file = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const schema = JSON.parse(await file('schemas/audit-event.schema.json')) as Schema;

function undescribed(at: Schema, path: string): string[] {
  const own = at.description === undefined && at.$ref === undefined ? [path] : [];
  const below = Object.entries({ ...at.properties, ...at.$defs }).flatMap(([key, each]) =>
    undescribed(each, `${path}.${key}`),
  );
  return [...own, ...below, ...(at.items === undefined ? [] : undescribed(at.items, `${path}[]`))];
}

test('every key says what it is', () => {
  expect(undescribed(schema, 'event')).toEqual([]);
});

test('every key is mapped to OCSF and ECS, or said to have no counterpart', () => {
  const mapped = new Set(Object.keys(mapping).map((key) => key.split('.')[0]));
  expect(Object.keys(schema.properties ?? {}).filter((key) => !mapped.has(key))).toEqual([]);
  expect([...mapped].filter((key) => schema.properties?.[key as string] === undefined)).toEqual([]);
});

test('the table in the documentation says the same', async () => {
  const table = (await file('docs/audit.md')).matchAll(/^\| `([\w.]+)` \| (\S+) \| (\S+) \|$/gm);
  const rows = Object.fromEntries(Array.from(table, ([, key, ocsf, ecs]) => [key, [ocsf, ecs]]));
  const cell = (path: string | undefined) => (path === undefined ? '–' : `\`${path}\``);
  const want = Object.fromEntries(
    Object.entries(mapping).map(([key, { ocsf, ecs }]) => [key, [cell(ocsf), cell(ecs)]]),
  );
  expect(rows).toEqual(want);
});

const event = {
  ...{ version: 1, id: 'gateway-0/7', chain: 'gateway-0', seq: 7, previous: 'p', hash: 'h' },
  time: '2030-01-31T12:00:00.000Z',
  type: 'statement.outcome',
  session: 's',
  statement: 'gateway-0/6',
  sealed: { check: 77, count: 2, first: 6 },
  outcome: { state: 'error', rows: 2, bytes: 20, affected: 0, milliseconds: 1.5, sqlstate: '22012' },
  subjects: {
    session: { principal: 'ada', resource: 'shop', client: { address: '192.0.2.1', tls: true } },
    statement: { text: 'SELECT 1 / 0', decision: { effect: 'allow', rule: 'r' } },
  },
};

test('an event in OCSF', () => {
  expect(mapToOcsf(event)).toMatchObject({
    ...{ class_uid: 6005, category_uid: 6, activity_id: 4, type_uid: 600504, status_id: 2, duration: 1.5 },
    time: Date.UTC(2030, 0, 31, 12),
    metadata: { uid: 'gateway-0/7', sequence: 7, correlation_uid: 'gateway-0/6' },
    actor: { user: { name: 'ada' }, session: { uid: 's' } },
    src_endpoint: { ip: '192.0.2.1' },
    query_info: { query_string: 'SELECT 1 / 0', query_result_count: 2, bytes: 20 },
    policy: { name: 'r' },
    status_code: '22012',
    unmapped: { previous: 'p', sealed: event.sealed, outcome: { affected: 0 }, client: { tls: true } },
  });
});

test('an event in ECS', () => {
  expect(mapToEcs(event)).toMatchObject({
    '@timestamp': '2030-01-31T12:00:00.000Z',
    event: { id: 'gateway-0/7', action: 'statement.outcome', outcome: 'failure', duration: 1_500_000 },
    user: { name: 'ada' },
    source: { ip: '192.0.2.1' },
    database: { instance: 'shop', statement: 'SELECT 1 / 0' },
    error: { code: '22012' },
    rule: { name: 'r' },
    portcullis: { sealed: event.sealed, outcome: { state: 'error' } },
  });
});
