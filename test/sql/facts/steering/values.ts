// Values of the server's types that are likely to make a function fail, as SQL.

const texts = ['', 'a', ' ', '%', '\\', 'é', '[', '{', '-5', 'a,b', 'x'.repeat(3000)];
const ofType: Readonly<Record<string, readonly string[]>> = {
  text: texts,
  'character varying': texts,
  character: texts.map((text) => text.slice(0, 10)),
  name: ['', 'a', 'é'],
  '"char"': ['', 'a', '\\200'],
  boolean: ['true', 'false'],
  // The smallest of all has no counterpart: whoever negates it fails, and no other value does.
  smallint: ['0', '-32767', '32767'],
  integer: ['0', '-1', '-2147483647', '2147483647'],
  bigint: ['0', '-9223372036854775807', '9223372036854775807'],
  numeric: ['0', '-0.00001', '1e1000', '-1e1000', 'NaN', 'Infinity', '-Infinity'],
  real: ['0', '3e38', '-1e-38', 'NaN', 'Infinity'],
  'double precision': ['0', '1e300', '-1e-300', 'NaN', '-Infinity'],
  money: ['0', '-92233720368547758.08'],
  date: ['0001-01-01', '2000-02-29', '9999-12-31'],
  'timestamp without time zone': ['0001-01-01', '2000-02-29 23:59:60', '9999-12-31'],
  'timestamp with time zone': ['0001-01-01', '2000-02-29 23:59:60', '9999-12-31'],
  'time without time zone': ['00:00', '24:00'],
  'time with time zone': ['00:00+00', '24:00-15'],
  interval: ['0', '-9999 years', '9999 years 11 mons 3 days 04:05:06'],
  bytea: ['\\x', '\\x00ff'],
  json: ['null', '1', '"a"', '[]', '{"a": {"b": 1}}'],
  jsonb: ['null', '1', '"a"', '[]', '{"a": {"b": 1}}'],
  uuid: ['00000000-0000-0000-0000-000000000000'],
  inet: ['::1/128', '10.0.0.1/8'],
  cidr: ['::/0', '10.0.0.0/8'],
  'text[]': ['{}', '{a,NULL}'],
  anyarray: ['{}', '{1,NULL}'],
  int4range: ['empty', '(,)', '[1,2)'],
  anyrange: ['empty', '(,)', '[1,2)'],
  tsvector: ['', 'a:1'],
  tsquery: ['', 'a & !b'],
};

/** What stands for the polymorphic types. */
const concrete: Readonly<Record<string, string>> = {
  anyarray: 'int[]',
  anyrange: 'int4range',
  character: 'bpchar',
};

/** NULL among them; none for types of which none are known. */
export function valuesOf(type: string): readonly string[] {
  if (type === 'anyelement' || type === 'anynonarray' || type === 'any' || type === 'anycompatible')
    return ['NULL::integer', '0'];
  if (type === 'anycompatiblearray') return valuesOf('anyarray');
  const values = ofType[type];
  if (values === undefined) return [];
  const name = concrete[type] ?? type;
  return [`NULL::${name}`, ...values.map((value) => `'${value}'::${name}`)];
}

/** What a statement's author would give there. */
export function givenFor(name: string, types: readonly string[], place: number): string {
  const type = types[place] ?? '';
  const [, value = 'NULL'] = valuesOf(type);
  return type === 'text' ? `'${wordFor(name, types, place)}'::text` : (fixed[type] ?? value);
}

function wordFor(name: string, types: readonly string[], place: number): string {
  if (name === 'date_trunc') return place === 2 ? 'UTC' : 'day';
  if (name === 'date_part' || name === 'extract') return types[1]?.startsWith('time ') ? 'second' : 'day';
  if (name.startsWith('regexp_')) return 'i';
  return words[name] ?? 'a';
}

const fixed: Readonly<Record<string, string>> = {
  integer: '2',
  smallint: '2::smallint',
  bigint: '2::bigint',
  boolean: 'true',
  'double precision': '0.5',
  'double precision[]': `'{0.5}'::double precision[]`,
  regconfig: `'simple'::regconfig`,
  any: '1',
  '"any"': '1',
  interval: `'1 hour'::interval`,
};

const words: Readonly<Record<string, string>> = { timezone: 'UTC', to_char: 'YYYY', encode: 'hex' };
