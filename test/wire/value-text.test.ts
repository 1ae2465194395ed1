// Values in their binary form as text: each as the server itself writes it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MessageReader } from '../../gateway/wire/index.ts';
import { binaryText } from '../../gateway/wire/values/value-text.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { frontend, RawClient } from '../support/raw-client.ts';

let server: Postgres;
let client: RawClient;

beforeAll(async () => {
  server = await startPostgres({ version: 15 });
  const { host, port, superuser } = server;
  client = await RawClient.open({ host, port, ...superuser, database: 'postgres' });
  await client.rows("SET timezone = 'UTC'");
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

/** As a client that asks for one format or the other is shown them. */
async function shownIn(format: 0 | 1, query: string): Promise<readonly (readonly (string | null)[])[]> {
  // Random ones are the same twice.
  await client.rows('SELECT setseed(0.5)');
  client.send(
    frontend.parse(query),
    frontend.bind({ resultFormats: [format] }),
    frontend.describePortal(),
    frontend.execute(),
    frontend.sync(),
  );
  const reader = new MessageReader();
  const steps = (await client.until('Z')).map(({ type, body }) => reader.read(type.charCodeAt(0), body));
  const failed = steps.find((step) => step?.kind === 'error');
  if (failed !== undefined) throw new Error(JSON.stringify(failed));
  return steps.flatMap((step) => (step?.kind === 'row' ? [step.values] : []));
}

async function sameInBoth(query: string): Promise<void> {
  const texts = await shownIn(0, query);
  expect(texts.length).toBeGreaterThan(0);
  expect(await shownIn(1, query)).toEqual(texts);
}

const values: Readonly<Record<string, readonly string[]>> = {
  bool: ['true', 'false'],
  int2: ['-32768', '0', '32767'],
  int4: ['-2147483648', '0', '2147483647'],
  int8: ['-9223372036854775808', '9223372036854775807'],
  oid: ['0', '4294967295'],
  float4: [
    '0',
    '-0',
    '1.5',
    '1e6',
    '999999',
    '1234567',
    '0.0001',
    '0.00001',
    '3.4028235e38',
    '1e-45',
    '4111088.25',
    '390580416',
    '1.17549435e-38',
    '8388608',
    'NaN',
    '-Infinity',
    '16777216',
  ],
  float8: [
    '0',
    '0.1',
    '1e15',
    '1e14',
    '123456789012345.6',
    '1e-4',
    '1e-5',
    '1.7976931348623157e308',
    '5e-324',
    '1e23',
    '9007199254740993',
    '21545799708480608',
    '2.2250738585072014e-308',
    'NaN',
    'Infinity',
    '-2.5',
  ],
  numeric: [
    '0',
    '0.00',
    '1',
    '-1.50',
    '10000',
    '9999.9999',
    '0.0001',
    '1e30',
    '1e-30',
    '123456789.987654321',
    'NaN',
    'Infinity',
    '-Infinity',
    '100000000.000',
  ],
  text: ['', 'a b', 'ä日本👍', 'with "quotes" and \\'],
  bpchar: ['abc  '],
  char: ['x'],
  name: ['somebody'],
  bytea: ['', '\\x00ff'],
  uuid: ['7d444840-9dc0-11d1-b245-5ffdce74fad2'],
  json: ['{"a": [1, 2]}'],
  jsonb: ['{"b": 1, "a": [null, "x"]}'],
  xml: ['<a>x</a>'],
  date: [
    '2026-11-21',
    '1999-12-31',
    '0001-01-01',
    '0044-03-15 BC',
    '4714-11-24 BC',
    '5874897-12-31',
    'infinity',
    '-infinity',
    '2024-02-29',
    '1900-03-01',
  ],
  time: ['00:00:00', '23:59:59.999999', '24:00:00', '12:30:00.5'],
  timetz: ['12:30:00+02', '01:02:03.4-03:30', '00:00:00+05:45:10'],
  timestamp: [
    '2026-11-21 22:36:34.123',
    '1969-12-31 23:59:59.999999',
    '0044-03-15 12:00:00 BC',
    'infinity',
    '-infinity',
  ],
  timestamptz: ['2026-11-21 22:36:34+02', '1850-01-01 00:00:00+00', 'infinity'],
  interval: [
    '0',
    '1 year 2 mons 3 days 04:05:06.789',
    '-1 mon',
    '-1 day +02:03:04',
    '1 mon -1 day',
    '-00:00:00.5',
    '100 hours',
    '1 day',
    '-3 years 1 day',
    '2 years -2 mons',
  ],
  inet: [
    '10.1.2.3',
    '10.1.2.0/24',
    '::1',
    '::',
    '2001:db8::1',
    '2001:db8:0:0:1:0:0:1/64',
    '::ffff:1.2.3.4',
    'fe80::1:0:0:2',
    '1:2:3:4:5:6:7:8',
    '0:1::',
  ],
  cidr: ['10.0.0.0/8', '10.1.2.3/32', '2001:db8::/32', '::/0'],
  macaddr: ['08:00:2b:01:02:03'],
  macaddr8: ['08:00:2b:01:02:03:04:05'],
  'bit(5)': ['10101'],
  varbit: ['', '101010101'],
  tid: ['(1,2)'],
  pg_lsn: ['16/B374D848', '0/0'],
  point: ['(1.5,-2)'],
  lseg: ['[(1,2),(3,4)]'],
  box: ['(3,4),(1,2)'],
  path: ['[(1,2),(3,4)]', '((1,2),(3,4))'],
  polygon: ['((1,2),(3,4),(5,6))'],
  line: ['{1,2,3}'],
  circle: ['<(1,2),3>'],
  int4range: ['empty', '[1,5)', '(,5)', '[1,)', '(,)'],
  numrange: ['[1.5,2.5]'],
  daterange: ['[2026-01-01,2026-02-01)'],
  tsrange: ['[2026-01-01 00:00:00,2026-02-01 12:00:00)'],
  int4multirange: ['{}', '{[1,3),[5,7)}'],
  'int4[]': ['{}', '{1,NULL,3}', '{{1,2},{3,4}}', '[0:1]={5,6}', '[-1:0][2:3]={{1,2},{3,4}}'],
  'text[]': ['{a,"b c","",null,"null","x\\"y","{",",","\\\\"}', '{ä,"a\tb"}'],
  'numeric[]': ['{1.50,NaN}'],
  'timestamptz[]': ['{"2026-01-01 00:00:00+00"}'],
  'box[]': ['{(1,1),(0,0);(3,3),(2,2)}'],
  'bool[]': ['{t,f}'],
  'int4range[]': ['{"[1,2)",empty}'],
  int2vector: ['1 2 3', ''],
  oidvector: ['1 2'],
  xid8: ['12345678901'],
};

test.each(Object.entries(values))('%s', async (type, texts) => {
  const literals = texts.map(
    (text) => `(E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\t', '\\t')}'::${type})`,
  );
  await sameInBoth(`VALUES ${literals.join(',')}`);
});

test('rows, and what is in them', async () => {
  await sameInBoth(`SELECT row(1, 'a b', null, '', 'x"y', '(', 2.50, ARRAY[1, 2], row(3, 'deep, er'))`);
});

test('numbers of any size', async () => {
  await sameInBoth(`SELECT (random() * 10 ^ (random() * 40 - 20))::float8, (random() * 10 ^ (random() * 20 - 10))::float4,
    round((random() * 10 ^ (random() * 30 - 8))::numeric, (random() * 12)::int), (random() * 1e12)::numeric(30, 4) / 7,
    (random() * 1e9)::int4, make_interval(secs => random() * 1e7 - 5e6, days => (random() * 100 - 50)::int, months => (random() * 50 - 25)::int),
    timestamp '2000-01-01' + (random() * 1e11 - 5e10) * interval '1 second'
    FROM generate_series(1, 10000)`);
});

test('what is not known, or not what its type says, is shown as bytes', () => {
  expect(binaryText(Buffer.from('happy'), 99_999)).toBe('\\x6861707079');
  expect(binaryText(Buffer.from([1, 2]), 23)).toBe('\\x0102');
  expect(binaryText(Buffer.from([0, 0, 0, 1, 0, 0]), 1007)).toBe('\\x000000010000');
});

test('a row that was cut off is left out', () => {
  const reader = new MessageReader();
  const row = Buffer.from([0, 1, 0, 0, 0, 9, 0x61]);
  expect(reader.read(0x44, row)).toEqual({ kind: 'row_left_out', bytes: 7 });
});
