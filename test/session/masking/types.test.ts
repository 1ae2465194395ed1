// The gateway's own masks on values of every type, at a real server: what a client reads in binary format is a value of
// the type, and the same one as in text format.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createMask, type MaskRule } from '../../../gateway/mask/index.ts';
import { frontend as f, type RawClient } from '../../support/raw-client.ts';
import { Stage } from '../support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({
    schema: "CREATE TYPE mood AS ENUM ('sad', 'happy');\nCREATE DOMAIN code AS text CHECK (value <> '')",
  });
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const values: Readonly<Record<string, string>> = {
  text: 'someone@example.com, born 1970',
  'varchar(40)': 'someone@example.com',
  'char(8)': 'abc',
  name: 'somebody',
  bool: 'true',
  int2: '12345',
  int4: '-123456789',
  int8: '1234567890123',
  float4: '1234.5',
  float8: '-1234.5678',
  numeric: '-12345678901234567890.123456789',
  'numeric(10,2)': '12345.67',
  date: '2024-05-17',
  time: '13:37:42.123',
  timestamp: '2024-05-17 13:37:42.123',
  timestamptz: '2024-05-17 13:37:42.123+02',
  interval: '1 year 2 days 03:04:05',
  uuid: '6f1c2d3e-4b5a-4c6d-8e7f-001122334455',
  bytea: '\\xdeadbeef00',
  json: '{"email": "someone@example.com", "tags": [1, 2]}',
  jsonb: '{"email": "someone@example.com", "tags": [1, 2]}',
  inet: '192.168.10.20/24',
  cidr: '192.168.10.0/24',
  macaddr: '08:00:2b:01:02:03',
  'text[]': '{one,"two, three",NULL}',
  'int4[]': '{1,2,NULL}',
  'numeric[]': '{1.5,NULL}',
  mood: 'happy',
  code: 'abcdef',
  int4range: '[1,10)',
  point: '(1,2)',
};

const rules: readonly MaskRule[] = [
  { kind: 'null' },
  { kind: 'redact' },
  { kind: 'constant', value: '7' },
  { kind: 'partial', keep_end: 2 },
  { kind: 'email' },
  { kind: 'bucket', size: 100 },
  { kind: 'round', to: 10 },
  { kind: 'date_trunc', unit: 'month' },
  { kind: 'json', paths: ['email'] },
];

async function shown(client: RawClient, sql: string, format: number): Promise<Buffer | null | undefined> {
  client.send(f.parse(sql), f.bind({ resultFormats: [format] }), f.execute(), f.sync());
  const answer = await client.until('Z');
  return answer.find(({ type }) => type === 'D')?.values[0];
}

describe.each(rules)('$kind', (rule) => {
  test.each(Object.entries(values))('of %s', async (type, value) => {
    stage.decide = () => ({
      kind: 'mask',
      plans: [
        {
          columns: [
            {
              type: 0,
              forType: ({ oid, modifier }) =>
                createMask(rule, { oid, typmod: modifier, typeOf: () => undefined }, undefined),
            },
          ],
        },
      ],
    });
    const client = await stage.open();
    const sql = `SELECT '${value}'::${type}`;
    const [text, binary] = [await shown(client, sql, 0), await shown(client, sql, 1)];
    if (text === undefined || binary === undefined) throw new Error('no row');
    // A type that has no binary form that masks know is NULL there; never is it something else.
    if (binary === null) return;
    const direct = await stage.direct();
    direct.send(
      f.parse(`SELECT $1::${type}`),
      f.bind({ formats: [1], values: [binary] }),
      f.execute(),
      f.sync(),
    );
    const read = await direct.until('Z');
    const row = read.find((each) => each.type === 'D');
    expect(read.find((each) => each.type === 'E')?.fields.M).toBeUndefined();
    expect(row?.texts[0]).toBe(text?.toString());
  });
});
