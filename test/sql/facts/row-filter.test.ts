import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RowFilter } from '../../../gateway/sql/facts/facts.ts';
import { limitOf, rowsOf } from '../../../gateway/sql/facts/row-count.ts';
import { rowFilterOf } from '../../../gateway/sql/facts/row-filter.ts';
import { filtersSchema } from './filters-schema.ts';
import { type Stage, startStage } from './stage.ts';

/** Conditions of `UPDATE thing SET maybe = true WHERE …`; $1 is int, $2 text, $3 text[], $4 int[]. */
const conditions: Readonly<Record<Exclude<RowFilter, 'none'>, readonly string[]>> = {
  key_equality: [
    'id = 5',
    '5 = id',
    'id = $1',
    'id = $1 + 1',
    'id = ($1)::bigint',
    "id = '5'",
    'id = $2::int',
    'id IN (5)',
    'id = 5 AND b = $2',
    'note IS NULL AND (id = 5 AND active)',
    'a = 1 AND b = $2',
    "(a, b) = ($1, 'x')",
    "b = 'x' AND name = 'y'",
    'title = $2',
    "title = 'x'",
    "code = 'c1'",
    'big = 5',
    'price = 5.0',
    'price = 5',
    "fixed = 'ab'",
    "day = '2020-01-01'",
    'plain = \'x\' COLLATE "C"',
    'plain = lower($2)',
    "loose = 'x'",
    'id = COALESCE($1, 3)',
    'id = 5 AND false',
    'id = 5 AND EXISTS (SELECT 1 FROM other)',
    'CURRENT OF some_cursor',
  ],
  key_list: [
    'id = 5 OR id = 6',
    'id = 5 OR (id = $1 AND active) OR 7 = id',
    'id IN (5, 6)',
    'id IN (5, $1, 3 + 4)',
    "id = ANY ('{5}')",
    'id = ANY ($4)',
    'b = ANY ($3) AND a = 1',
    "a = 1 AND b IN ('x', $2) AND active",
    "title IN ('x', 'y')",
    'id IN (5, 6) AND note IS NULL',
  ],
  always_true: [
    'true',
    '1 = 1',
    '1 < 2',
    "'a' = 'a'",
    'false',
    'NULL',
    'id = id',
    'id >= id',
    'NOT id <> id',
    'id IS NOT DISTINCT FROM id',
    'note IS NOT DISTINCT FROM note',
    'id IS NOT NULL',
    'NOT id IS NULL',
    'id IS NULL OR id IS NOT NULL',
    'ctid IS NOT NULL',
    "b LIKE '%'",
    'id = 5 OR 1 = 1',
    'id = 5 OR true',
    'id = 5 OR id = id',
    "id = 5 OR length('x') > 0",
    "id = 5 OR now() > '2020-01-01'",
    "NOT (id = 5 AND length('x') < 0)",
    'id = 5 OR NOT 1 = 0',
    '$1 = 1',
    '$1 IS NULL',
    "now() > '2020-01-01'",
    'random() < 2',
    "current_user = 'someone'",
    'EXISTS (SELECT 1 FROM other WHERE other.id = 3)',
    'EXISTS (SELECT 1 FROM thing inner_one WHERE inner_one.id = 3)',
    '(SELECT count(*) FROM other) > 3',
    '1 IN (SELECT id FROM other)',
    'CASE WHEN $1 = 1 THEN true ELSE false END',
    'CASE WHEN id = 5 THEN true ELSE true END',
    'COALESCE($1, 3) = 3',
    'COALESCE(true, id = 3)',
    'COALESCE(id, 1) = COALESCE(id, 1)',
    '(1 = 1) IS TRUE',
    '(id = id) IS NOT FALSE',
    'true AND id = id AND b = b',
  ],
  filtered: [
    'id NOT IN (5, 6)',
    'id <> ALL ($4)',
    'id > ANY ($4)',
    'id IN (5, a)',
    'id IN (SELECT id FROM other)',
    'id = ANY (ARRAY(SELECT id FROM other))',
    'id IN (5, 6) OR active',
    'id = 5 OR a = 6',
    'a IN (1, 2)',
    "note IN ('x', 'y')",
    "loose COLLATE \"C\" IN ('x', 'y')",
    'a = 1',
    "b = 'x'",
    'note = $2',
    'NOT id = 5',
    'id <> 5',
    'id > 5',
    'id BETWEEN 5 AND 5',
    'id = ANY ($3::int[])',
    'id = a',
    'id + 0 = 5',
    'id = random()::int',
    'id = (SELECT 5)',
    "id = current_setting('a.b')::int",
    'id::text = $2',
    "plain::bpchar = 'x'",
    "lower(plain) = 'x'",
    "plain = 'x' COLLATE careless",
    "plain COLLATE careless = 'x'",
    'loose = \'x\' COLLATE "C"',
    "day = '2011-12-30 10:00+00'::timestamptz",
    'day = now()',
    "at = '2020-01-01'",
    "tags = '{1}'",
    'note = note',
    'note IS NOT NULL',
    'id IS NULL',
    'maybe IS TRUE',
    'active',
    'id = 5 OR 1 = 0',
    '$1 IS NULL OR id = $1',
    '(now() IS NOT NULL) AND id > 3',
    'false AND a = 1',
    'a = 1 AND $1 = 2',
    'CASE WHEN id = 5 THEN true ELSE false END',
    'COALESCE(maybe, true)',
    'EXISTS (SELECT 1 FROM other WHERE other.id = thing.id)',
    'id IN (SELECT id FROM other)',
    'thing.* IS NOT NULL',
    'thing = ROW(1)::text::thing',
    'id = length(note)',
  ],
};

const statements: readonly Readonly<{ statement: string; filter: RowFilter | undefined; since?: number }>[] =
  [
    { statement: 'UPDATE thing SET maybe = true', filter: 'none' },
    { statement: 'DELETE FROM thing', filter: 'none' },
    { statement: 'UPDATE thing SET maybe = true FROM other', filter: 'none' },
    { statement: 'DELETE FROM thing t USING other o WHERE o.id = 3', filter: 'always_true' },
    { statement: 'DELETE FROM thing t USING other o WHERE t.id = o.id', filter: 'filtered' },
    { statement: 'DELETE FROM thing t USING other o WHERE t.id = o.id AND o.id = 3', filter: 'filtered' },
    {
      statement: 'DELETE FROM thing t USING other o WHERE t.id = 3 AND o.thing = t.a',
      filter: 'key_equality',
    },
    { statement: 'DELETE FROM thing t USING thing u WHERE u.id = 3', filter: 'always_true' },
    {
      statement: 'UPDATE thing t SET a = 1 FROM thing u WHERE t.id = 3 AND u.id = 4',
      filter: 'key_equality',
    },
    {
      statement: 'WITH thing AS (SELECT 3 AS id) DELETE FROM other USING thing WHERE thing.id = 3',
      filter: 'always_true',
    },
    { statement: 'DELETE FROM parent WHERE id = 3', filter: 'filtered' },
    { statement: 'DELETE FROM ONLY parent WHERE id = 3', filter: 'filtered' },
    { statement: 'DELETE FROM parent WHERE word IS NOT NULL', filter: 'filtered' },
    { statement: 'DELETE FROM parted WHERE id = 3', filter: 'key_equality' },
    { statement: 'DELETE FROM parted_low WHERE id = 3', filter: 'key_equality' },
    { statement: 'DELETE FROM seen WHERE number = 3', filter: 'filtered' },
    { statement: 'DELETE FROM seen', filter: 'none' },
    { statement: 'SELECT 1 FROM thing WHERE id = 3', filter: undefined },
    { statement: 'INSERT INTO other VALUES (1, 2)', filter: undefined },
    { statement: 'INSERT INTO other VALUES (1, 2) ON CONFLICT DO NOTHING', filter: undefined },
    {
      statement: 'INSERT INTO other VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET thing = 1',
      filter: 'key_equality',
    },
    {
      statement: 'INSERT INTO other VALUES (1, 2), (2, 3) ON CONFLICT (id) DO UPDATE SET thing = 1',
      filter: 'filtered',
    },
    {
      statement: 'INSERT INTO other SELECT id FROM thing ON CONFLICT (id) DO UPDATE SET thing = 1',
      filter: 'filtered',
    },
    { statement: merge('t.id = o.id', 'WHEN MATCHED THEN DELETE'), filter: 'filtered' },
    { statement: merge('t.id = 5', 'WHEN MATCHED THEN DELETE'), filter: 'key_equality' },
    {
      statement: merge('t.a = o.id', 'WHEN MATCHED AND t.id = 5 THEN UPDATE SET a = 1'),
      filter: 'key_equality',
    },
    { statement: merge('true', 'WHEN MATCHED THEN DELETE'), filter: 'always_true' },
    { statement: merge('o.id = 3', 'WHEN MATCHED AND t.id IS NOT NULL THEN DELETE'), filter: 'always_true' },
    {
      statement: merge(
        't.a = 3',
        'WHEN MATCHED AND t.id = 1 THEN DELETE WHEN MATCHED AND t.id = 2 THEN DELETE',
      ),
      filter: 'filtered',
    },
    {
      statement: merge('t.id = 3', 'WHEN MATCHED AND t.a = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET a = 2'),
      filter: 'key_equality',
    },
    { statement: merge('t.id = o.id', 'WHEN NOT MATCHED THEN DO NOTHING'), filter: undefined },
    {
      statement: merge('t.id = o.id', 'WHEN NOT MATCHED BY SOURCE THEN DELETE'),
      filter: 'filtered',
      since: 18,
    },
    { statement: merge('false', 'WHEN NOT MATCHED BY SOURCE THEN DELETE'), filter: 'always_true', since: 18 },
    {
      statement: merge('t.id = 5', 'WHEN NOT MATCHED BY SOURCE THEN DELETE'),
      filter: 'filtered',
      since: 18,
    },
    {
      statement: merge('t.a = o.id', 'WHEN NOT MATCHED BY SOURCE AND t.id = 5 THEN DELETE'),
      filter: 'key_equality',
      since: 18,
    },
  ];

function merge(on: string, actions: string): string {
  return `MERGE INTO thing t USING other o ON ${on} ${actions}`;
}

const limits: readonly (readonly [clause: string, limit: number | undefined])[] = [
  ['', undefined],
  ['LIMIT 10', 10],
  ['LIMIT 0', 0],
  ["LIMIT '7'", 7],
  ['LIMIT 10 OFFSET 3', 10],
  ['OFFSET 3', undefined],
  ['LIMIT 9000000000', 9_000_000_000],
  ['LIMIT -1', undefined],
  ['LIMIT ALL', undefined],
  ['LIMIT NULL', undefined],
  ['LIMIT $1', undefined],
  ['LIMIT 1 + 1', undefined],
  ['LIMIT (SELECT 3)', undefined],
  ['FETCH FIRST ROW ONLY', 1],
  ['FETCH NEXT 3 ROWS ONLY', 3],
  ['ORDER BY id FETCH FIRST 3 ROWS WITH TIES', undefined],
];

const inserts: readonly (readonly [source: string, rows: number | undefined])[] = [
  ['VALUES (1)', 1],
  ['VALUES (1), (2), ($1)', 3],
  ['DEFAULT VALUES', 1],
  ['VALUES (generate_series(1, 3))', undefined],
  ['VALUES (1), (2) LIMIT 1', undefined],
  ['VALUES (1) UNION VALUES (2)', undefined],
  ['SELECT 1', undefined],
  ['SELECT id FROM thing', undefined],
  ['VALUES (1), (2) ON CONFLICT DO NOTHING', 2],
];

describe.each([15, 18] as const)('on PostgreSQL %i', (version) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage(version, filtersSchema);
  });
  afterAll(() => stage?.stop());

  const parameters = 'int, text, text[], int[]';
  const filterOf = async (statement: string) =>
    rowFilterOf(await stage.analyze(statement, parameters), stage.catalog);

  describe.each(Object.entries(conditions))('%s', (filter, texts) => {
    test.each(texts)('WHERE %s', async (text) => {
      expect(await filterOf(`UPDATE thing SET maybe = true WHERE ${text}`)).toBe(filter);
      expect(await filterOf(`DELETE FROM thing WHERE ${text}`)).toBe(filter);
    });
  });

  test.each(statements.filter(({ since = 15 }) => since <= version))(
    '$statement: $filter',
    async ({ statement, filter }) => {
      expect(await filterOf(statement)).toBe(filter);
    },
  );

  test('the actions of a MERGE are told apart', async () => {
    const tree = await stage.analyze(
      merge('t.a = o.id', 'WHEN MATCHED AND t.id = 5 THEN DELETE WHEN MATCHED THEN UPDATE SET a = 2'),
    );
    expect(rowFilterOf(tree, stage.catalog, undefined, 'delete')).toBe('key_equality');
    expect(rowFilterOf(tree, stage.catalog, undefined, 'update')).toBe('filtered');
    expect(rowFilterOf(tree, stage.catalog)).toBe('filtered');
  });

  test('a view is judged by the table beneath it when the caller says which column is which', async () => {
    const relation = stage.catalog.findRelation('public', 'thing', []);
    const target = { relation, withDescendants: false, columns: [3, 1] };
    const filterOn = async (statement: string) =>
      rowFilterOf(await stage.analyze(statement), stage.catalog, target);
    expect(await filterOn('DELETE FROM seen WHERE number = 3')).toBe('key_equality');
    expect(await filterOn("DELETE FROM seen WHERE b = 'x'")).toBe('filtered');
    expect(await filterOn('DELETE FROM seen WHERE number IS NOT NULL')).toBe('always_true');
  });

  test.each(limits)('SELECT … %s has the limit %s', async (clause, limit) => {
    expect(limitOf(await stage.analyze(`SELECT id FROM thing ${clause}`, parameters))).toBe(limit);
  });

  test.each(inserts)('INSERT … %s gives %s rows', async (source, rows) => {
    expect(rowsOf(await stage.analyze(`INSERT INTO other ${source}`, parameters))).toBe(rows);
  });
});
