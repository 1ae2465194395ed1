import { beforeAll, describe, expect, test } from 'vitest';
import { innerStatements, loadGrammar, parseStatements } from '../../../gateway/sql/index.ts';
import { corpus } from './corpus.ts';

const limits = { maxBytes: 1_000_000 };
beforeAll(loadGrammar);

/** Role, type and text of what is inside, with the blanks around and inside brought down to one. */
function inside(sql: string): readonly string[] {
  const [statement] = parseStatements(sql, limits);
  if (statement === undefined) return [];
  return innerStatements(statement, statement.source).map(({ role, statement: { type }, source }) =>
    [role, type, source?.trim().replace(/ +/g, ' ')].join(' | '),
  );
}

describe('statements inside a statement', () => {
  const cases: readonly { sql: string; want: readonly string[] }[] = [
    { sql: 'SELECT * FROM orders', want: [] },
    { sql: 'EXPLAIN SELECT 1', want: ['explained | SelectStmt | SELECT 1'] },
    { sql: 'EXPLAIN ANALYZE VERBOSE TABLE t', want: ['explained | SelectStmt | TABLE t'] },
    { sql: 'EXPLAIN (SELECT 1)', want: ['explained | SelectStmt | (SELECT 1)'] },
    {
      sql: "EXPLAIN (ANALYZE, FORMAT 'json') /* x */ DELETE FROM t",
      want: ['explained | DeleteStmt | DELETE FROM t'],
    },
    {
      sql: 'EXPLAIN WITH x AS (SELECT 1) SELECT 2',
      want: ['explained | SelectStmt | WITH x AS (SELECT 1) SELECT 2'],
    },
    { sql: 'EXPLAIN EXECUTE p(1)', want: ['explained | ExecuteStmt | EXECUTE p(1)'] },
    {
      sql: 'EXPLAIN CREATE TABLE c AS SELECT 1',
      want: ['explained | CreateTableAsStmt | CREATE TABLE c AS SELECT 1'],
    },
    {
      sql: 'EXPLAIN REFRESH MATERIALIZED VIEW m',
      want: ['explained | RefreshMatViewStmt | REFRESH MATERIALIZED VIEW m'],
    },
    { sql: 'COPY t TO STDOUT', want: [] },
    {
      sql: 'COPY (SELECT f(a) FROM t) TO STDOUT (FORMAT csv)',
      want: ['copied | SelectStmt | SELECT f(a) FROM t'],
    },
    { sql: 'COPY ((SELECT 1)) TO STDOUT', want: ['copied | SelectStmt | (SELECT 1)'] },
    {
      sql: 'PREPARE p (int, numeric(4, 2)) AS UPDATE t SET a = $1',
      want: ['prepared | UpdateStmt | UPDATE t SET a = $1'],
    },
    {
      sql: 'DECLARE "for" CURSOR WITH HOLD FOR SELECT 1 FOR UPDATE',
      want: ['cursor | SelectStmt | SELECT 1 FOR UPDATE'],
    },
    {
      sql: 'CREATE TABLE c (a) AS SELECT 1 AS a WITH NO DATA',
      want: ['table_source | SelectStmt | SELECT 1 AS a'],
    },
    { sql: 'CREATE TABLE c AS EXECUTE p(1)', want: ['table_source | ExecuteStmt | EXECUTE p(1)'] },
    {
      sql: 'CREATE MATERIALIZED VIEW m AS TABLE t WITH DATA',
      want: ['materialized_view | SelectStmt | TABLE t'],
    },
    { sql: 'SELECT * INTO c FROM t', want: ['table_source | SelectStmt | SELECT * FROM t'] },
    {
      sql: 'SELECT 1 INTO LOCAL TEMP TABLE a.b UNION SELECT 2',
      want: ['table_source | SelectStmt | SELECT 1 UNION SELECT 2'],
    },
    { sql: 'SELECT 1 INTO "t😀" FROM temp', want: ['table_source | SelectStmt | SELECT 1 FROM temp'] },
    {
      sql: 'WITH x AS (INSERT INTO a VALUES (1) RETURNING 1) SELECT * INTO temp FROM x',
      want: ['table_source | SelectStmt | WITH x AS (INSERT INTO a VALUES (1) RETURNING 1) SELECT * FROM x'],
    },
    { sql: 'CREATE VIEW v AS SELECT 1 WITH CASCADED CHECK OPTION', want: ['view | SelectStmt | SELECT 1'] },
    {
      sql: 'CREATE VIEW v WITH (security_barrier) AS WITH x AS (SELECT 1) TABLE x',
      want: ['view | SelectStmt | WITH x AS (SELECT 1) TABLE x'],
    },
    {
      sql: 'CREATE RECURSIVE VIEW s.n (a) AS VALUES (1) UNION ALL SELECT a + 1 FROM n',
      want: [
        'view | SelectStmt | WITH RECURSIVE n (a) AS ( VALUES (1) UNION ALL SELECT a + 1 FROM n) SELECT a FROM n',
      ],
    },
    {
      sql: 'CREATE FUNCTION f() RETURNS int RETURN (SELECT max(a) FROM t)',
      want: ['body | SelectStmt | SELECT (SELECT max(a) FROM t)'],
    },
    {
      sql: 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END FROM t; ; INSERT INTO u VALUES (1); RETURN 2; END',
      want: [
        'body | SelectStmt | SELECT CASE WHEN a THEN 1 END FROM t',
        'body | InsertStmt | INSERT INTO u VALUES (1)',
        'body | SelectStmt | SELECT 2',
      ],
    },
    { sql: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", want: [] },
    { sql: 'EXECUTE p', want: [] },
    {
      sql: "EXECUTE p(1, f('(', a => 2), (SELECT x FROM t))",
      want: ["arguments | SelectStmt | SELECT 1, f('(', a => 2), (SELECT x FROM t)"],
    },
    { sql: 'CALL p()', want: [] },
    {
      sql: 'CALL s.p(1, day => (SELECT 2), "x" := g(y => 3), VARIADIC ARRAY[4, 5])',
      want: ['arguments | SelectStmt | SELECT 1, (SELECT 2), g(y => 3), ARRAY[4, 5]'],
    },
    {
      sql: 'CREATE RULE r AS ON INSERT TO t DO INSTEAD DELETE FROM u WHERE a = NEW.a',
      want: ['rule_action | DeleteStmt | '],
    },
    {
      sql: 'CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS TABLE t',
      want: ['schema_element | CreateStmt | ', 'schema_element | ViewStmt | '],
    },
    { sql: 'REFRESH MATERIALIZED VIEW m', want: [] },
  ];
  test.each(cases)('$sql', ({ sql, want }) => {
    expect(inside(sql)).toEqual(want);
  });

  test('each character stays where it was', () => {
    const sql = "EXPLAIN /* 😀é */ SELECT 'é😀', wrong FROM t";
    const [statement] = parseStatements(sql, limits);
    const [inner] = statement ? innerStatements(statement, statement.source) : [];
    const place = (text: string): number => [...text.slice(0, text.indexOf('wrong'))].length;
    expect(place(inner?.source ?? '')).toBe(place(sql));
  });

  test('whatever can stand alone is written, in the whole corpus, at every depth', () => {
    for (const { sql } of corpus)
      for (const outer of parseStatements(sql, limits)) {
        const queue = [...innerStatements(outer, outer.source)];
        for (let inner = queue.pop(); inner !== undefined; inner = queue.pop()) {
          if (inner.role === 'rule_action' || inner.role === 'schema_element') continue;
          expect(inner.source, sql).toBeDefined();
          queue.push(...innerStatements(inner.statement, inner.source ?? ''));
        }
      }
  });
});
