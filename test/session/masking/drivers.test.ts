// Masked values as real drivers read them, by their own parsers: none of them fails, and none shows what it shouldn't.
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMask, type MaskRule, type TypeFacts } from '../../../gateway/mask/index.ts';
import { allow, type ColumnMask } from '../../../gateway/session/index.ts';
import { Stage } from '../support.ts';

type Column = Readonly<{ type: string; value: string; rule: MaskRule; want: unknown }>;

const day = new Date(Date.UTC(2024, 0, 1));
const columns: Readonly<Record<string, Column>> = {
  a_text: { type: 'text', value: 'secret', rule: { kind: 'partial', keep_end: 1 }, want: '*****t' },
  a_varchar: { type: 'varchar(8)', value: 'secret', rule: { kind: 'redact' }, want: '[redacte' },
  a_char: { type: 'char(6)', value: 'secret', rule: { kind: 'constant', value: 'x' }, want: 'x     ' },
  an_email: { type: 'text', value: 'secret@b.co', rule: { kind: 'email' }, want: 's****@b.co' },
  an_int2: { type: 'int2', value: '1234', rule: { kind: 'round', to: 100 }, want: 1200 },
  an_int4: { type: 'int4', value: '1234', rule: { kind: 'bucket', size: 100 }, want: 1200 },
  an_int8: {
    type: 'int8',
    value: '9007199254740993',
    rule: { kind: 'round', to: 1000 },
    want: '9007199254741000',
  },
  a_float4: { type: 'float4', value: '12.34', rule: { kind: 'round', to: 1 }, want: 12 },
  a_float8: { type: 'float8', value: '12.34', rule: { kind: 'redact' }, want: 0 },
  a_numeric: { type: 'numeric(10,2)', value: '1234.56', rule: { kind: 'round', to: 100 }, want: '1200.00' },
  a_bool: { type: 'bool', value: 't', rule: { kind: 'redact' }, want: false },
  a_timestamptz: {
    type: 'timestamptz',
    value: '2024-05-17 12:00+02',
    rule: { kind: 'date_trunc', unit: 'year' },
    want: day,
  },
  an_uuid: {
    type: 'uuid',
    value: '6f1c2d3e-4b5a-4c6d-8e7f-001122334455',
    rule: { kind: 'redact' },
    want: '00000000-0000-0000-0000-000000000000',
  },
  a_json: {
    type: 'json',
    value: '{"a":"secret","b":[1,2]}',
    rule: { kind: 'json', paths: ['/a', '/b/0'] },
    want: { a: null, b: [null, 2] },
  },
  a_jsonb: {
    type: 'jsonb',
    value: '{"a":"secret"}',
    rule: { kind: 'json', paths: ['/a'] },
    want: { a: null },
  },
  a_bytea: {
    type: 'bytea',
    value: '\\x00ff',
    rule: { kind: 'constant', value: '\\xbeef' },
    want: Buffer.from('beef', 'hex'),
  },
  texts: {
    type: 'text[]',
    value: '{secret,"b c"}',
    rule: { kind: 'partial' },
    want: ['******', '***'],
  },
  numbers: { type: 'int4[]', value: '{17,4}', rule: { kind: 'bucket', size: 10 }, want: [10, 0] },
  a_mood: { type: 'mood', value: 'secret', rule: { kind: 'redact' }, want: null },
  a_code: { type: 'code', value: 'secret', rule: { kind: 'partial', keep_start: 2 }, want: 'se****' },
  a_range: { type: 'int4range', value: '[1,5)', rule: { kind: 'redact' }, want: null },
};

const arrays: Readonly<Record<number, TypeFacts>> = {
  1007: { oid: 1007, name: '_int4', kind: 'array', base: 0, element: 23 },
  1009: { oid: 1009, name: '_text', kind: 'array', base: 0, element: 25 },
};
const masks: readonly ColumnMask[] = Object.values(columns).map(({ rule }) => ({
  type: 0,
  forType: ({ oid, modifier }) =>
    createMask(rule, { oid, typmod: modifier, typeOf: (each) => arrays[each] }, undefined),
}));
const want = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.want]));

let stage: Stage;
let login: Readonly<{ host: string; port: number; user: string; password: string; database: string }>;
beforeAll(async () => {
  const definitions = Object.entries(columns).map(([name, { type }]) => `${name} ${type}`);
  const values = Object.values(columns).map(({ value, type }) => `'${value}'::${type}`);
  stage = await Stage.start({
    schema: [
      "CREATE TYPE mood AS ENUM ('secret', 'open')",
      'CREATE DOMAIN code AS text',
      `CREATE TABLE people (${definitions.join(', ')})`,
      `INSERT INTO people SELECT ${values.join(', ')} FROM generate_series(1, 3)`,
    ].join(';\n'),
  });
  // What drivers ask for themselves passes.
  stage.decide = ({ text = '' }) =>
    text.includes('FROM people') ? { kind: 'mask', plans: [{ columns: masks }] } : allow;
  const password = await stage.issuer.token({ sub: 'ada' });
  login = { host: '127.0.0.1', port: stage.gateway.port, user: 'token', password, database: 'shop' };
});
afterAll(() => stage?.stop());

test('node-postgres', async () => {
  const client = new pg.Client(login);
  await client.connect();
  try {
    const simple = await client.query('SELECT * FROM people');
    const prepared = await client.query({
      name: 'people',
      text: 'SELECT * FROM people WHERE $1',
      values: [true],
    });
    expect(simple.rows).toEqual([want, want, want]);
    expect(prepared.rows).toEqual([want, want, want]);
  } finally {
    await client.end();
  }
});

test('postgres.js', async () => {
  const sql = postgres({ ...login, max: 1 });
  try {
    const simple = await sql`SELECT * FROM people`.simple();
    const prepared = await sql`SELECT * FROM people WHERE ${true}`;
    const pieces: unknown[] = [];
    for await (const rows of sql`SELECT * FROM people`.cursor(2)) pieces.push(...rows);
    for (const rows of [[...simple], [...prepared], pieces])
      expect(rows.map((row) => ({ ...(row as object) }))).toEqual([want, want, want]);
  } finally {
    await sql.end();
  }
});
