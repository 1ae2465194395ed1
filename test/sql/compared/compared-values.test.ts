// With which values a statement compares a labelled column: each of them, or a reason why nobody can tell.
import { beforeAll, describe, expect, test } from 'vitest';
import { comparedValues, loadGrammar, parseStatements } from '../../../gateway/sql/index.ts';

beforeAll(() => loadGrammar());

function compared(text: string, names: readonly string[] = ['ssn']) {
  const [statement] = parseStatements(text, { maxBytes: 1_000_000 });
  if (statement === undefined) throw new Error('no statement');
  return comparedValues({ type: statement.type, fields: statement.node as Record<string, unknown> }, names);
}

const texts = (text: string): readonly string[] =>
  compared(text).values.map(({ column, value }) =>
    value.kind === 'parameter'
      ? `${column} $${value.number}${value.several ? '[]' : ''}`
      : `${column} ${value.kind === 'constant' ? '' : `${value.kind} `}${value.text}`,
  );

describe('values are told', () => {
  test.each([
    { name: 'of =', sql: "SELECT * FROM c WHERE ssn = 'a'", want: ['ssn a'] },
    { name: 'the other way round', sql: "SELECT * FROM c WHERE 'a' = c.ssn", want: ['ssn a'] },
    { name: 'of <>', sql: "SELECT * FROM c WHERE NOT ssn <> 'a'", want: ['ssn a'] },
    {
      name: 'of each = within OR',
      sql: "SELECT 1 FROM c WHERE ssn = 'a' OR ssn = 'b'",
      want: ['ssn a', 'ssn b'],
    },
    { name: 'of IN', sql: "SELECT 1 FROM c WHERE ssn IN ('a', 'b', $1)", want: ['ssn a', 'ssn b', 'ssn $1'] },
    {
      name: 'of rows',
      sql: "SELECT 1 FROM c WHERE (id, ssn) IN ((1, 'a'), (2, 'b'))",
      want: ['ssn a', 'ssn b'],
    },
    { name: 'of an array parameter', sql: 'SELECT 1 FROM c WHERE ssn = ANY($1)', want: ['ssn $1[]'] },
    {
      name: 'of an array',
      sql: "SELECT 1 FROM c WHERE ssn = ANY(ARRAY['a', $2])",
      want: ['ssn a', 'ssn $2'],
    },
    {
      name: 'of an array as text',
      sql: "SELECT 1 FROM c WHERE ssn = ANY('{a,b}'::text[])",
      want: ['ssn array {a,b}'],
    },
    { name: 'of numbers', sql: 'SELECT 1 FROM c WHERE ssn = 0 OR ssn = 12.5', want: ['ssn 0', 'ssn 12.5'] },
    { name: 'under a cast', sql: 'SELECT 1 FROM c WHERE ssn::text = $1::text', want: ['ssn $1'] },
    {
      name: 'whatever the case of letters',
      sql: 'SELECT 1 FROM c WHERE lower(ssn) = lower($1)',
      want: [expect.stringMatching(/^ssn computed .*ParamRef/)],
    },
    {
      name: 'of IS NOT DISTINCT FROM',
      sql: 'SELECT 1 FROM c WHERE ssn IS NOT DISTINCT FROM $1',
      want: ['ssn $1'],
    },
    { name: 'of NULLIF', sql: "SELECT nullif(ssn, 'a') FROM c", want: ['ssn a'] },
    {
      name: 'of CASE',
      sql: "SELECT CASE ssn WHEN 'a' THEN 1 WHEN 'b' THEN 2 END FROM c",
      want: ['ssn a', 'ssn b'],
    },
    { name: 'of CASE WHEN', sql: "SELECT CASE WHEN ssn = 'a' THEN 1 END FROM c", want: ['ssn a'] },
    { name: 'of what is only returned', sql: "SELECT ssn = 'a' FROM c", want: ['ssn a'] },
    { name: 'of a join', sql: "SELECT 1 FROM o JOIN c ON c.id = o.c AND c.ssn = 'a'", want: ['ssn a'] },
    { name: 'of HAVING', sql: "SELECT ssn FROM c GROUP BY ssn HAVING ssn = 'a'", want: ['ssn a'] },
    { name: 'of FILTER', sql: "SELECT count(*) FILTER (WHERE ssn = 'a') FROM c", want: ['ssn a'] },
    { name: 'of ORDER BY', sql: "SELECT id FROM c ORDER BY ssn = 'a'", want: ['ssn a'] },
    { name: 'in UPDATE', sql: "UPDATE c SET x = 1 WHERE ssn = 'a'", want: ['ssn a'] },
    { name: 'in DELETE', sql: "DELETE FROM c USING o WHERE ssn = 'a' RETURNING ssn", want: ['ssn a'] },
    {
      name: 'in MERGE',
      sql: "MERGE INTO c USING o ON c.ssn = 'a' WHEN MATCHED AND c.ssn = 'b' THEN DELETE",
      want: ['ssn a', 'ssn b'],
    },
    {
      name: 'in ON CONFLICT',
      sql: "INSERT INTO c (id, ssn) VALUES (1, 'a'), (2, $1) ON CONFLICT DO NOTHING",
      want: ['ssn a', 'ssn $1'],
    },
    {
      name: 'inside of EXISTS',
      sql: "SELECT 1 FROM o WHERE EXISTS (SELECT ssn FROM c WHERE ssn = 'a')",
      want: ['ssn a'],
    },
    {
      name: 'inside of IN',
      sql: "SELECT 1 FROM o WHERE customer IN (SELECT id FROM c WHERE ssn = 'a')",
      want: ['ssn a'],
    },
    { name: 'inside of EXPLAIN', sql: "EXPLAIN SELECT 1 FROM c WHERE ssn = 'a'", want: ['ssn a'] },
    {
      name: 'inside of DECLARE',
      sql: "DECLARE x CURSOR FOR SELECT 1 FROM c WHERE ssn = 'a'",
      want: ['ssn a'],
    },
    { name: 'inside of COPY', sql: "COPY (SELECT 1 FROM c WHERE ssn = 'a') TO STDOUT", want: ['ssn a'] },
    { name: 'of a name that an alias gives', sql: "SELECT 1 FROM c AS t(a, b) WHERE b = 'a'", want: ['b a'] },
    {
      name: 'of a name that a WITH gives',
      sql: "WITH w(n) AS (SELECT ssn FROM c) SELECT 1 FROM w WHERE n = 'a'",
      want: ['n a'],
    },
    {
      name: 'of a name that a subquery gives',
      sql: "SELECT 1 FROM (SELECT m AS k FROM (SELECT ssn AS m FROM c) x) y WHERE k = 'a'",
      want: ['k a'],
    },
    {
      name: 'of an expression that a subquery names',
      sql: "SELECT 1 FROM (SELECT upper(ssn) FROM c) x WHERE upper = 'A'",
      want: ['upper A'],
    },
    { name: 'of a field', sql: "SELECT 1 FROM c WHERE (c).ssn = 'a'", want: ['ssn a'] },
    {
      name: 'of a constant expression',
      sql: "SELECT 1 FROM c WHERE ssn = 'a' || $1",
      want: [expect.stringMatching(/^ssn computed/)],
    },
  ])('$name', ({ sql, want }) => {
    expect(compared(sql).untold).toBeUndefined();
    expect(texts(sql)).toEqual(want);
  });

  test.each([
    { name: 'nothing of other columns', sql: "SELECT ssn FROM c WHERE created > now() AND note LIKE 'a%'" },
    {
      name: 'nothing of sorting and grouping',
      sql: 'SELECT DISTINCT ssn, count(*) FROM c GROUP BY ROLLUP (ssn) ORDER BY c.ssn DESC',
    },
    { name: 'nothing of a window', sql: 'SELECT row_number() OVER (PARTITION BY ssn ORDER BY ssn) FROM c' },
    { name: 'nothing of what is written', sql: "UPDATE c SET ssn = 'a' WHERE id = 1" },
    { name: 'nothing of new rows', sql: "INSERT INTO c (ssn) VALUES ('a')" },
    { name: 'nothing of what is prepared', sql: 'PREPARE p AS SELECT 1 FROM c WHERE ssn > $1' },
    {
      name: 'nothing of functions of it',
      sql: 'SELECT lower(ssn), left(ssn, 2), count(DISTINCT ssn) FROM c',
    },
    { name: 'nothing of UNION ALL', sql: 'SELECT ssn FROM c UNION ALL SELECT ssn FROM d' },
  ])('$name', ({ sql }) => {
    expect(compared(sql)).toEqual({ values: [], untold: undefined, isCompared: false });
  });

  test('nothing of NULL, which is a condition all the same', () => {
    expect(compared('SELECT 1 FROM c WHERE ssn IS NULL')).toEqual({
      values: [],
      untold: undefined,
      isCompared: true,
    });
    expect(compared('SELECT 1 FROM c WHERE ssn = NULL').values).toEqual([]);
  });
});

describe('nobody can tell the values', () => {
  test.each([
    "SELECT 1 FROM c WHERE ssn > 'a'",
    "SELECT 1 FROM c WHERE ssn BETWEEN 'a' AND 'b'",
    "SELECT 1 FROM c WHERE ssn LIKE 'a%'",
    "SELECT 1 FROM c WHERE ssn ~ 'a'",
    "SELECT 1 FROM c WHERE ssn SIMILAR TO 'a'",
    "SELECT 1 FROM c WHERE left(ssn, 1) = 'a'",
    "SELECT 1 FROM c WHERE 'x' || ssn = 'xa'",
    "SELECT 1 FROM c WHERE starts_with(ssn, 'a')",
    'SELECT 1 FROM c JOIN g ON g.guess = c.ssn',
    'SELECT 1 FROM c JOIN g USING (ssn)',
    'SELECT 1 FROM c NATURAL JOIN g',
    "SELECT 1 FROM c, (VALUES ('a'), ('b')) v(x) WHERE v.x = c.ssn",
    'SELECT 1 FROM c WHERE ssn IN (SELECT x FROM g)',
    "SELECT 1 FROM g WHERE 'a' IN (SELECT ssn FROM c)",
    "SELECT 1 WHERE (SELECT ssn FROM c LIMIT 1) = 'a'",
    "SELECT 1 FROM c WHERE c = ROW(1, 'a')",
    "SELECT 1 FROM c WHERE c.* = ROW(1, 'a')",
    "SELECT 1 FROM c WHERE to_jsonb(c)->>'ssn' = 'a'",
    "SELECT 1 FROM c WHERE c::text LIKE '%a%'",
    "SELECT 1 FROM c WHERE ssn(c) = 'a'",
    "SELECT 1 FROM c WHERE coalesce(ssn, 'b') = 'a'",
    "SELECT 1 FROM c WHERE ssn OPERATOR(mine.=) 'a'",
    'SELECT 1 FROM c WHERE ssn = random()::text',
    'SELECT 1 FROM c WHERE ssn = g.x',
    'SELECT 1 FROM c WHERE ssn = ALL($1 || $2)',
    "SELECT 1 FROM c WHERE ssn > ANY('{a,b}')",
    "SELECT CASE WHEN ssn > 'a' THEN 1 END FROM c",
    "SELECT ssn > 'a' FROM c",
    "SELECT id FROM c ORDER BY ssn > 'a'",
    'SELECT count(*) FROM c GROUP BY left(ssn, 1)',
    'SELECT id FROM c LIMIT (SELECT ssn::int FROM c)',
    'SELECT 1 FROM c, generate_series(1, ssn::int)',
    "SELECT 1 FROM c, JSON_TABLE(to_jsonb(c), '$' COLUMNS (x text PATH '$.ssn')) t",
    "SELECT ssn FROM c INTERSECT SELECT 'a'",
    "SELECT 'a' EXCEPT SELECT ssn FROM c",
    "SELECT ssn FROM c UNION SELECT 'a'",
    "SELECT 1 FROM (SELECT ssn AS a FROM c) x WHERE a > 'a'",
    "SELECT 1 FROM c AS t(a, b) WHERE a > 'a'",
    "SELECT 1 FROM (SELECT ssn || '' FROM c) x WHERE \"?column?\" > 'a'",
    "SELECT 1 FROM (SELECT coalesce(ssn, '') FROM c) x WHERE coalesce > 'a'",
    "SELECT 1 FROM c WHERE (CASE WHEN true THEN ssn END) = 'a'",
    'INSERT INTO c SELECT * FROM g ON CONFLICT DO NOTHING',
    'INSERT INTO c (id, ssn) VALUES (1, (SELECT x FROM g)) ON CONFLICT (ssn) DO NOTHING',
    'MERGE INTO c USING g ON c.ssn = g.x WHEN MATCHED THEN DELETE',
  ])('%s', (sql) => {
    expect(compared(sql).untold).toEqual(expect.any(String));
  });

  test('of what is nested more deeply than can be looked at', () => {
    const deep = compared(`SELECT 1 FROM c WHERE ${'('.repeat(300)}ssn${" || 'a')".repeat(300)} = 'a'`);
    expect(deep.untold).toEqual(expect.any(String));
  });
});
