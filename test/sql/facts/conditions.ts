// Conditions on the table `thing`, drawn at random from a grammar: what a WHERE clause may look like.
import fc from 'fast-check';

/** A column, and values that some of its rows have, or none. */
const values: Readonly<Record<string, readonly string[]>> = {
  id: ['5', '7::bigint', '5.0', "'9'", '2 + 3', 'length($$abc$$)', '5::numeric', '(SELECT 5)'],
  a: ['1', '2', '3::bigint', '1.0'],
  b: ["'a'", "'b'", '$$c$$::varchar', 'lower($$A$$)', "'a' COLLATE careless", '\'b\' COLLATE "C"'],
  name: ["'A00'", "'B11'", "'a00' COLLATE careless", '\'A00\' COLLATE "C"'],
  title: ["'title 3'", "'TITLE 3' COLLATE careless", "'title 4'::bpchar"],
  code: ["'c3'", "'c4'::code", "'C3' COLLATE careless"],
  big: ['5', '5::bigint', '5.0', '5::smallint'],
  price: ['5', '2.50', '2.5', '1e0'],
  fixed: ["'003'", "'003 '", "'003 '::text", "'004'::varchar"],
  day: ["'2011-12-05'", "'2011-12-30 10:00+00'::timestamptz", "timestamp '2011-12-05 00:00'"],
  at: ["'2020-01-01 03:00'", "date '2020-01-01'"],
  mood: ["'calm'", "'cross'::mood"],
  loose: ["'loose3'", "'LOOSE3'", '\'loose3\' COLLATE "C"'],
  plain: ["'p0'", "'p0' COLLATE careless", "'p3 '::bpchar", "'P1'"],
  tags: ["'{3,1}'", 'ARRAY[4, 1]'],
  note: ["'note 1'", 'NULL'],
};

const one = (items: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...items);
const columnName = one(Object.keys(values));
const spelled = (column: string): fc.Arbitrary<string> =>
  one([column, column, column, column, `(${column})::text`, `COALESCE(${column}, ${column})`]);

const comparison = columnName.chain((column) =>
  fc
    .tuple(
      spelled(column),
      one(['=', '=', '=', '=', '<>', '>=', '<', 'IS NOT DISTINCT FROM']),
      one(values[column] ?? []),
    )
    .chain(([left, operator, value]) =>
      one([`${left} ${operator} ${value}`, `(${value}) ${operator} ${left}`]),
    ),
);
const wholeKey = fc
  .tuple(one(['=', '=', '>=']), one(values.a ?? []), one(values.b ?? []), one(values.name ?? []))
  .chain(([operator, a, b, name]) =>
    one([
      `a ${operator} ${a} AND b = ${b}`,
      `(a, b) ${operator} (${a}, ${b})`,
      `b = ${b} AND name = ${name}`,
      `name = ${name} AND a = ${a} AND b = ${b}`,
    ]),
  );
const ofItself = fc
  .tuple(columnName, one(['=', '<>', '<=', '>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']))
  .map(([column, operator]) => `${column} ${operator} ${column}`);
const nullTest = fc.tuple(columnName, one(['IS NULL', 'IS NOT NULL'])).map((parts) => parts.join(' '));
const other = one([
  'true',
  'false',
  '1 = 1',
  '1 = 0',
  '2 > 1',
  'NULL::bool',
  'active',
  'maybe',
  "b LIKE '%'",
  "note LIKE '%'",
  'ctid IS NOT NULL',
  'id = a',
  'id BETWEEN 5 AND 5',
  'id IN (5)',
  'id IN (5, 6)',
  'id IN (7, 8, 900)',
  "id = ANY ('{3,4,400}')",
  'big IN (5, 6)',
  "title IN ('title 1', 'title 2')",
  'id = ANY (ARRAY[5, 6])',
  'EXISTS (SELECT 1 FROM other WHERE other.id = 3)',
  'EXISTS (SELECT 1 FROM other WHERE other.id = thing.id)',
  'EXISTS (SELECT 1 FROM thing t WHERE t.id = 3)',
  'id IN (SELECT thing FROM other)',
  '3 IN (SELECT thing FROM other)',
  'thing.* IS NOT NULL',
  'id = (SELECT max(t.id) FROM thing t WHERE t.a = thing.a)',
]);

/** None has an arm that the statement decides without it being computed: those are taken as true on purpose. */
export const condition: fc.Arbitrary<string> = fc.letrec<{ tree: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    { arbitrary: comparison, weight: 5 },
    { arbitrary: wholeKey, weight: 2 },
    ofItself,
    nullTest,
    other,
  ),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: tie('leaf'), weight: 3 },
    {
      arbitrary: fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => `(${left}) AND (${right})`),
      weight: 3,
    },
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => `(${left}) OR (${right})`),
    tie('tree').map((inner) => `NOT (${inner})`),
    fc
      .tuple(
        tie('tree'),
        one(['IS TRUE', 'IS NOT TRUE', 'IS FALSE', 'IS NOT FALSE', 'IS UNKNOWN', 'IS NOT UNKNOWN']),
      )
      .map(([inner, asked]) => `(${inner}) ${asked}`),
    fc
      .tuple(tie('tree'), tie('tree'), tie('tree'))
      .map(([when, then, otherwise]) => `CASE WHEN ${when} THEN ${then} ELSE ${otherwise} END`),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => `COALESCE(${left}, ${right})`),
  ),
})).tree;
