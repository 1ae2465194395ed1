// Values of every type that a database holds: the ends of its range, what is written strangely, and ordinary ones.

export type SampledType = Readonly<{
  /** As a cast names it. */
  name: string;
  /** The type without the limits of the column, with which a value must already be in keeping. */
  unlimited?: string;
  /** As PostgreSQL reads them. */
  literals?: readonly string[];
  /** Of `i` from 1 to 12. */
  random?: string;
}>;

export const setUp = `
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
  CREATE DOMAIN email_address AS text CHECK (VALUE LIKE '%@%' OR true);
  CREATE DOMAIN short_email AS email_address;
  CREATE DOMAIN percent AS int4;
  CREATE TYPE person AS (name text, age int4);
  CREATE DOMAIN tags AS text[];
  CREATE DOMAIN code AS varchar(5);
  CREATE DOMAIN scores AS int4[] CHECK (VALUE IS NULL OR cardinality(VALUE) >= 0);
  CREATE EXTENSION IF NOT EXISTS citext;`;

const texts = [
  '',
  'NULL',
  'null',
  'a"b\\c{},;',
  'ünïcödé 😀 日本語',
  '123-45-6789',
  'john.doe@example.com',
  'j@example.com',
  'two\nlines\tand more',
  '  spaces  ',
  '42',
  '-17.5',
  'call +49 30 1234567 or mail a.b@c.de, card 4111 1111 1111 1111',
];
const someText = "substr(md5(i::text) || upper(md5((i + 7)::text)) || ' ' || repeat('x', i * 7), 1 + i)";
const numbers = ['0', '-1', '1', '5', '-5', '99', '12345'];
const days = [
  '1970-01-01',
  '2000-01-01',
  '2000-02-29',
  '1999-12-31',
  '0044-03-15 BC',
  '0001-01-01',
  '1899-12-31',
];
const json = [
  '{"a": {"b": 1, "c": [1, 2, {"b": "x"}]}, "ssn": "123-45-6789", "ünï": "a\\"b"}',
  '[]',
  '{}',
  '"john.doe@example.com"',
  '12345678901234567890.123456789',
  'null',
  '[[{"a": {"b": true}}], 1e100, -0.5, "\\u00e9\\\\"]',
];

export const sampledTypes: readonly SampledType[] = [
  { name: 'text', literals: texts, random: someText },
  { name: 'varchar', literals: texts, random: someText },
  { name: 'varchar(5)', unlimited: 'varchar', literals: ['', 'a@b.c', '12345', 'ünïcö'], random: someText },
  { name: 'varchar(12)', unlimited: 'varchar', literals: texts, random: someText },
  { name: 'char(8)', unlimited: 'bpchar', literals: ['', 'ab', 'ünï'], random: someText },
  { name: 'bpchar', literals: ['', 'ab  '], random: someText },
  { name: 'name', literals: texts, random: someText },
  { name: 'citext', literals: texts, random: someText },
  { name: 'email_address', literals: texts, random: someText },
  { name: 'short_email', literals: texts },
  { name: 'percent', literals: numbers },
  { name: 'int2', literals: [...numbers, '-32768', '32767'], random: '(i * 977) % 30000' },
  { name: 'int4', literals: [...numbers, '-2147483648', '2147483647'], random: 'i * 170000001' },
  {
    name: 'int8',
    literals: [...numbers, '-9223372036854775808', '9223372036854775807'],
    random: 'i * 710000000000000001',
  },
  {
    name: 'float4',
    literals: [...numbers, 'NaN', 'Infinity', '-Infinity', '-0', '0.1', '0.35', '3.4028235e38', '1e-45'],
    random: '(i * 7.7)::float4 / 3',
  },
  {
    name: 'float8',
    literals: [...numbers, 'NaN', 'Infinity', '-Infinity', '-0', '0.1', '1.7976931348623157e308', '5e-324'],
    random: '(i * 7.7)::float8 / 3',
  },
  {
    name: 'numeric',
    literals: [
      ...numbers,
      'NaN',
      'Infinity',
      '-Infinity',
      '0.00',
      '0.0001',
      '-0.00000000000000000001',
      '10000',
      '100000000.5',
      '9'.repeat(100),
      `0.${'7'.repeat(50)}`,
      '12.50',
    ],
    random: 'i * 1234.5678',
  },
  {
    name: 'numeric(6,2)',
    unlimited: 'numeric',
    literals: [...numbers.slice(0, 6), '9999.99', '-9999.99', '0.05', 'NaN'],
  },
  { name: 'numeric(2,2)', unlimited: 'numeric', literals: ['0', '0.99', '-0.5'] },
  { name: 'numeric(3,-2)', unlimited: 'numeric', literals: ['0', '99900', '-100', '1200'] },
  {
    name: 'date',
    literals: [...days, '4714-11-24 BC', '5874897-12-31', 'infinity', '-infinity'],
    random: "'1960-01-01'::date + i * 1777",
  },
  { name: 'time', literals: ['00:00:00', '24:00:00', '23:59:59.999999', '12:30:00.5'] },
  { name: 'timetz', literals: ['12:30:00+02'] },
  {
    name: 'timestamp',
    literals: [
      ...days,
      '4714-11-24 00:00:00 BC',
      '294276-12-31 23:59:59.999999',
      'infinity',
      '-infinity',
      '2024-07-31 23:30:15.25',
    ],
    random: "'1960-01-01'::timestamp + i * interval '1777 days 5 hours 3.25 seconds'",
  },
  {
    name: 'timestamptz',
    literals: [
      ...days,
      '4714-11-24 00:00:00+00 BC',
      '294276-12-31 23:59:59.999999+00',
      'infinity',
      '-infinity',
      '2024-07-31 23:30:15.25-02:30',
      '1870-05-05 12:00:00+00',
    ],
    random: "'1960-01-01'::timestamptz + i * interval '1777 days 5 hours 3.25 seconds'",
  },
  { name: 'interval', literals: ['1 year 2 mons 3 days 04:05:06.789', '-1 day', '0'] },
  { name: 'uuid', literals: ['00000000-0000-0000-0000-000000000000'], random: 'md5(i::text)::uuid' },
  { name: 'bool', literals: ['t', 'f'] },
  { name: 'bytea', literals: ['\\x', '\\x00ff5c27'], random: "decode(md5(i::text), 'hex')" },
  { name: 'json', literals: json, random: "json_build_object('a', i, 'b', md5(i::text))" },
  { name: 'jsonb', literals: json, random: "jsonb_build_object('a', i, 'b', md5(i::text))" },
  { name: 'inet', literals: ['192.168.1.1', '10.0.0.0/8', '::1'] },
  { name: 'cidr', literals: ['10.0.0.0/8', 'fe80::/64'] },
  { name: 'macaddr', literals: ['08:00:2b:01:02:03'] },
  { name: 'money', literals: ['12.34'] },
  { name: 'bit(4)', literals: ['1010'] },
  { name: 'point', literals: ['(1,2)'] },
  { name: 'tsvector', literals: ['a:1 b:2'] },
  { name: 'xml', literals: ['<a>b</a>'] },
  { name: 'oid', literals: ['7'] },
  { name: 'mood', literals: ['sad', 'happy'] },
  { name: 'person', literals: ['(john,42)'] },
  { name: 'int4range', literals: ['[1,5)'] },
  { name: 'int4multirange', literals: ['{[1,5),[7,9)}'] },
  {
    name: 'text[]',
    literals: [
      '{}',
      '{a,NULL,"NULL","a b","q\\"\\\\x",""}',
      '[0:1]={a,b}',
      '{{a,b},{c,NULL}}',
      '[2:3][-1:0]={{"{",b},{c,","}}',
    ],
  },
  { name: 'varchar(5)[]', unlimited: 'varchar[]', literals: ['{abcde,x}'] },
  { name: 'int4[]', literals: ['{}', '{1,NULL,-17}', '{{12,15},{99,2147483647}}'] },
  { name: 'numeric[]', literals: ['{1.5,NaN,NULL}'] },
  { name: 'date[]', literals: ['{2024-05-17,infinity,"0044-03-15 BC"}'] },
  { name: 'timestamptz[]', literals: ['{"2024-05-17 12:00:00+00",NULL}'] },
  { name: 'uuid[]', literals: ['{12345678-1234-1234-1234-123456789012}'] },
  { name: 'bytea[]', literals: ['{"\\\\x00ff"}'] },
  { name: 'bool[]', literals: ['{t,f,NULL}'] },
  { name: 'jsonb[]', literals: ['{"{\\"a\\": {\\"b\\": 1}}","null"}'] },
  { name: 'email_address[]', literals: ['{a.b@c.de,NULL}'] },
  { name: 'tags', literals: ['{}', '{a@b.co,NULL,"x y"}', '[5:6]={a,b}'] },
  { name: 'scores', literals: ['{}', '{17,NULL}', '{{1},{99}}'] },
  { name: 'code', unlimited: 'varchar', literals: ['', 'abcde', 'ü'] },
  { name: 'char(3)[]', unlimited: 'bpchar[]', literals: ['{abc,x,NULL}'] },
  { name: 'citext[]', literals: ['{Jo@Example.com,NULL}'] },
  { name: 'float8[]', literals: ['{NaN,Infinity,-0,0.1,NULL}'] },
  { name: 'timestamp[]', literals: ['{infinity,"0044-03-15 00:00:00 BC",NULL}'] },
  { name: 'interval[]', literals: ['{"1 day",NULL}'] },
  { name: 'json[]', literals: ['{"{\\"a\\": 1, \\"a\\": {\\"b\\": 2}}",NULL}'] },
  { name: 'timetz[]', literals: ['{12:30:00+02}'] },
  { name: 'person[]', literals: ['{"(john,42)",NULL}'] },
  { name: '"char"', literals: ['x'] },
  { name: 'int2vector', literals: ['1 2 3'] },
  { name: 'numrange', literals: ['[1.5,2.5)', 'empty'] },
  { name: 'regclass', literals: ['pg_class'] },
  { name: 'mood[]', literals: ['{sad,NULL}'] },
  { name: 'int4range[]', literals: ['{"[1,5)"}'] },
];

export function sampleQuery({ name, literals = [], random }: SampledType): string {
  const written = literals.map((literal) => `(${quote(literal)}::${name})`);
  const parts = [
    `SELECT column1::${name} AS value FROM (VALUES ${[...written, `(NULL::${name})`].join(', ')}) v`,
    ...(random === undefined ? [] : [`SELECT (${random})::${name} FROM generate_series(1, 12) i`]),
  ];
  return parts.join(' UNION ALL ');
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
