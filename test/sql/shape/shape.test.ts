// Which texts have one shape, and which constants stay in it.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  loadGrammar,
  parseStatements,
  type Shape,
  type Shapeless,
  shapeOf,
} from '../../../gateway/sql/index.ts';

beforeAll(() => loadGrammar());

const shapeOfText = (text: string): Shape | Shapeless => {
  const [statement] = parseStatements(text, { maxBytes: 1_000_000 });
  if (statement === undefined) throw new Error(`no statement in ${text}`);
  return shapeOf(statement, text);
};

const keyOf = (text: string): string => {
  const shape = shapeOfText(text);
  return 'key' in shape ? shape.key : `none: ${shape.none}`;
};

describe('texts of one shape', () => {
  const same: [name: string, one: string, other: string][] = [
    ['a key that is looked up', 'SELECT a FROM t WHERE id = 5', 'SELECT a FROM t WHERE id = 77777'],
    ['a negative number', 'SELECT a FROM t WHERE id = 5', 'SELECT a FROM t WHERE id = - 5'],
    [
      'strings however they are quoted',
      `SELECT a FROM t WHERE b = 'x'`,
      `SELECT a FROM t WHERE b = E'it\\'s'`,
    ],
    ['dollar quotes', `SELECT a FROM t WHERE b = 'x'`, 'SELECT a FROM t WHERE b = $q$x $$ y$q$'],
    ['quotes inside strings', `SELECT a FROM t WHERE b = 'it''s'`, `SELECT a FROM t WHERE b = '--'`],
    ['comments', 'SELECT a FROM t -- one', '/* trace=77 /* in */ it */ SELECT a /*x*/ FROM t'],
    ['blanks', 'SELECT a\n\t FROM   t', 'SELECT a FROM t'],
    ['the case of words', 'SELECT A FROM T', 'select a from t'],
    [
      'lists of two and of five',
      'SELECT a FROM t WHERE b IN (1, 2)',
      'SELECT a FROM t WHERE b IN (1, 2, -3 ,(4), 5)',
    ],
    ['written values', `INSERT INTO t VALUES (1, 'x')`, `INSERT INTO t VALUES (2, 'y')`],
    ['set values', `UPDATE t SET (a, b) = (1, 'x'), c = 5`, `UPDATE t SET (a, b) = (2, 'y'), c = 6`],
    [
      'typed values',
      `SELECT a FROM t WHERE b > date '2020-01-01'`,
      `SELECT a FROM t WHERE b > date '2021-01-01'`,
    ],
    [
      'what is compared with a key of JSON',
      `SELECT a FROM t WHERE b ->> 'x' = 'y'`,
      `SELECT a FROM t WHERE b ->> 'x' = 'z'`,
    ],
    [
      'what is compared with a call',
      `SELECT a FROM t WHERE mine(b) = 5 AND lower(b) = 'x' AND coalesce(b, 7) > 3`,
      `SELECT a FROM t WHERE mine(b) = 6 AND lower(b) = 'y' AND coalesce(b, 8) > 4`,
    ],
    [
      'outcomes that are values',
      `UPDATE t SET a = CASE WHEN b > 5 THEN 'x' ELSE 'true' END, b = coalesce(b, 'f')`,
      `UPDATE t SET a = CASE WHEN b > 6 THEN 'y' ELSE 'z' END, b = coalesce(b, 'w')`,
    ],
    ['patterns', `SELECT a FROM t WHERE b LIKE 'x%'`, `SELECT a FROM t WHERE b LIKE '%y'`],
    [
      'substrings, with a constant of the grammar’s own',
      'SELECT substring(a FOR 2) FROM t',
      'SELECT substring(a FOR 3) FROM t',
    ],
    ['arguments of harmless functions', 'SELECT round(a, 2) FROM t', 'SELECT round(a, 3) FROM t'],
    ['texts that are not ASCII', `SELECT 'é', "ü" FROM t`, `SELECT '語語', "ü" FROM t`],
    [
      'a subquery in FROM',
      'SELECT * FROM (SELECT a FROM t WHERE b = 1) s',
      'SELECT * FROM (SELECT a FROM t WHERE b = 2) s',
    ],
    [
      'what is filtered before it is sorted',
      'SELECT a FROM t WHERE b = 1 ORDER BY a',
      'SELECT a FROM t WHERE b = 2 ORDER BY a',
    ],
    ['WITH', 'WITH w AS (SELECT 1 AS x) SELECT x FROM w', 'WITH w AS (SELECT 2 AS x) SELECT x FROM w'],
  ];
  test.each(same)('%s', (_, one, other) => {
    expect(keyOf(other)).toBe(keyOf(one));
    expect(keyOf(one)).not.toMatch(/^none/);
  });
});

describe('texts of different shapes', () => {
  const different: [name: string, one: string, other: string][] = [
    ['an ordinal sorts by another column', 'SELECT a, b FROM t ORDER BY 1', 'SELECT a, b FROM t ORDER BY 2'],
    ['an ordinal groups by another column', 'SELECT a, b FROM t GROUP BY 1', 'SELECT a, b FROM t GROUP BY 2'],
    ['DISTINCT ON has ordinals', 'SELECT DISTINCT ON (1) a, b FROM t', 'SELECT DISTINCT ON (2) a, b FROM t'],
    ['LIMIT is a fact', 'SELECT a FROM t LIMIT 1', 'SELECT a FROM t LIMIT 2'],
    [
      'FETCH is a limit',
      'SELECT a FROM t FETCH FIRST 1 ROWS ONLY',
      'SELECT a FROM t FETCH FIRST 2 ROWS ONLY',
    ],
    ['OFFSET', 'SELECT a FROM t OFFSET 1', 'SELECT a FROM t OFFSET 2'],
    ['a number of another type', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = 3000000000'],
    ['a number with a fraction', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = 1.0'],
    ['the largest integer and one more', 'SELECT a + 2147483647 FROM t', 'SELECT a + 2147483648 FROM t'],
    ['a string and a number', 'SELECT a FROM t WHERE b = 1', `SELECT a FROM t WHERE b = '1'`],
    ['NULL', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = NULL'],
    ['true and false', 'SELECT a FROM t WHERE b = true', 'SELECT a FROM t WHERE b = false'],
    ['bit strings', `SELECT a FROM t WHERE b = B'1'`, `SELECT a FROM t WHERE b = B'11'`],
    ['names of relations', `SELECT 'a'::regclass`, `SELECT 'b'::regclass`],
    ['names of functions', `SELECT regproc 'a'`, `SELECT regproc 'b'`],
    ['names in CAST', `SELECT CAST('a' AS pg_catalog.regtype)`, `SELECT CAST('b' AS pg_catalog.regtype)`],
    ['names that are put together', `SELECT ('a' || 'b')::regclass`, `SELECT ('a' || 'c')::regclass`],
    ['types of somebody', `SELECT 'a'::mine.text`, `SELECT 'b'::mine.text`],
    ['sequences', `SELECT nextval('a')`, `SELECT nextval('b')`],
    [
      'SQL in a text',
      `SELECT query_to_xml('SELECT a' || '1', true, true, '')`,
      `SELECT query_to_xml('SELECT a' || '2', true, true, '')`,
    ],
    ['files', `SELECT pg_read_file('a')`, `SELECT pg_read_file('b')`],
    ['settings', `SELECT set_config('a.b', 'x', true)`, `SELECT set_config('a.c', 'x', true)`],
    ['functions of a schema', `SELECT mine.lower('a')`, `SELECT mine.lower('b')`],
    ['a function in FROM', `SELECT * FROM dblink('a') AS t(a int)`, `SELECT * FROM dblink('b') AS t(a int)`],
    ['keys of JSON', `SELECT a ->> 'ssn' FROM t`, `SELECT a ->> 'name' FROM t`],
    ['paths of JSON', `SELECT a #>> '{ssn}' FROM t`, `SELECT a #>> '{name}' FROM t`],
    ['keys of JSON that are taken away', `SELECT a - 'ssn' FROM t`, `SELECT a - 'name' FROM t`],
    ['subscripts', `SELECT a['ssn'] FROM t`, `SELECT a['name'] FROM t`],
    ['slices', 'SELECT a[1:2] FROM t', 'SELECT a[1:3] FROM t'],
    ['the length of a type', 'SELECT a::varchar(10) FROM t', 'SELECT a::varchar(20) FROM t'],
    ['samples', 'SELECT a FROM t TABLESAMPLE system (10)', 'SELECT a FROM t TABLESAMPLE system (20)'],
    ['constants that are compared with each other', 'DELETE FROM t WHERE 1 = 1', 'DELETE FROM t WHERE 1 = 2'],
    [
      'constants that come to be compared with each other',
      'DELETE FROM t WHERE 5 NOT BETWEEN 1 AND id',
      'DELETE FROM t WHERE 5 NOT BETWEEN 7 AND id',
    ],
    [
      'a list with the constant in it',
      'DELETE FROM t WHERE 5 IN (5, id)',
      'DELETE FROM t WHERE 5 IN (6, id)',
    ],
    ['rows with constants', 'DELETE FROM t WHERE (1, id) <> (1, b)', 'DELETE FROM t WHERE (1, id) <> (2, b)'],
    [
      'values that are the same for every row',
      `DELETE FROM t WHERE coalesce(a, 'x') = coalesce(a, 'x')`,
      `DELETE FROM t WHERE coalesce(a, 'x') = coalesce(a, 'y')`,
    ],
    ['casts like calls', `DELETE FROM t WHERE int4('5') = 5`, `DELETE FROM t WHERE int4('5') = 6`],
    ['patterns that all is like', `DELETE FROM t WHERE a LIKE '%'`, `DELETE FROM t WHERE a LIKE 'x%'`],
    [
      'patterns that all is like, typed',
      `DELETE FROM t WHERE a LIKE '%%'::text`,
      `DELETE FROM t WHERE a LIKE 'x%'::text`,
    ],
    [
      'booleans in quotes',
      `DELETE FROM t WHERE CASE WHEN a THEN true ELSE 'true' END`,
      `DELETE FROM t WHERE CASE WHEN a THEN true ELSE 'false' END`,
    ],
    [
      'booleans in quotes, below COALESCE',
      `DELETE FROM t WHERE NOT coalesce('true', a)`,
      `DELETE FROM t WHERE NOT coalesce('false', a)`,
    ],
    ['a list of one', 'SELECT a FROM t WHERE b IN (1)', 'SELECT a FROM t WHERE b IN (1, 2)'],
    ['lists of other types', `SELECT a FROM t WHERE b IN (1, 2)`, 'SELECT a FROM t WHERE b IN (1, 2.5)'],
    ['rows', 'INSERT INTO t VALUES (1)', 'INSERT INTO t VALUES (1), (2)'],
    [
      'outputs that are sorted by',
      'SELECT a + 1 FROM t ORDER BY a + 1',
      'SELECT a + 2 FROM t ORDER BY a + 1',
    ],
    [
      'outputs that are grouped by',
      'SELECT a + 1 FROM t GROUP BY a + 1',
      'SELECT a + 2 FROM t GROUP BY a + 1',
    ],
    [
      'outputs of windows',
      'SELECT a + 1, sum(b) OVER (ORDER BY a + 1) FROM t',
      'SELECT a + 2, sum(b) OVER (ORDER BY a + 1) FROM t',
    ],
    [
      'windows below other calls',
      'SELECT a + 1, f(sum(b) OVER (ORDER BY a + 1)) FROM t',
      'SELECT a + 2, f(sum(b) OVER (ORDER BY a + 1)) FROM t',
    ],
    [
      'frames',
      'SELECT sum(b) OVER (ROWS 1 PRECEDING) FROM t',
      'SELECT sum(b) OVER (ROWS 2 PRECEDING) FROM t',
    ],
    ['names of outputs', 'SELECT a AS b FROM t', 'SELECT a AS c FROM t'],
    ['quoted names', 'SELECT a FROM "T"', 'SELECT a FROM t'],
    ['letters that the server does not fold', 'SELECT É FROM t', 'SELECT é FROM t'],
    ['numbers of newer servers', 'SELECT 0x1F', 'SELECT 0x2F'],
    ['Unicode escapes', `SELECT U&'\\0041'`, `SELECT U&'\\0042'`],
    ['a letter that is a blank to others', 'SELECT a FROM t\u00a0', 'SELECT a FROM t'],
    ['a name of such letters alone', 'SELECT a \u00a0', 'SELECT a'],
    ['parameters', 'SELECT $1::int', 'SELECT $2::int'],
    [
      'a text that looks like a type',
      `SELECT a FROM "{int4}" WHERE b = 1`,
      'SELECT a FROM "{int8}" WHERE b = 1',
    ],
  ];
  test.each(different)('%s', (_, one, other) => {
    expect(keyOf(other)).not.toBe(keyOf(one));
    expect(keyOf(one)).not.toMatch(/^none/);
  });
});

describe('no shape', () => {
  const none: [name: string, text: string][] = [
    ['utility statements', `SET search_path = 'a'`],
    ['what EXPLAIN explains', 'EXPLAIN SELECT 1'],
    ['SELECT INTO', 'SELECT 1 AS a INTO t'],
    ['strings in several pieces', `SELECT E'a'\n'b\\'c'`],
    ['very long texts', `SELECT '${'x'.repeat(40_000)}'`],
  ];
  test.each(none)('%s', (_, text) => expect(keyOf(text)).toMatch(/^none: \w/));
});

test('a key is the text with the types of what it leaves out', () => {
  expect(keyOf(`SELECT Name FROM t -- x\n WHERE id=5 AND "City" IN ('Bonn', 'Ulm') LIMIT 3`)).toBe(
    'select name from t where id={int4} and "City" in ({text+}) limit 3',
  );
});

test('the constants say where they stand in the whole text', () => {
  const text = `SELECT 'ü'; UPDATE t SET a = 'é', b = -7`;
  const [, update] = parseStatements(text, { maxBytes: 1_000 });
  const shape = shapeOf(update as never, text);
  expect(shape).toMatchObject({ key: 'update t set a = {text}, b = {int4}' });
  const { constants } = shape as Shape;
  expect(constants.map(({ start, end }) => text.slice(start, end))).toEqual([`'é'`, '-7']);
});

test('a chain that is deep keeps its constants and has a shape', () => {
  expect(keyOf(`SELECT a${' + 1'.repeat(1_000)} FROM t`)).toContain('+ 1 +');
});
