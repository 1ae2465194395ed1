// Queries around a query, each with the same two columns: what must not lose the label of the second.
import { expressions } from './expressions.ts';
import type { Wrap } from './parts.ts';

const from = (name: string, wrap: (query: string) => string): Wrap => ({ name, wrap });

const shapes: readonly Wrap[] = [
  from('renamed', (q) => `SELECT a AS k, b AS v FROM (${q}) AS s (a, b)`),
  from('subquery', (q) => `SELECT * FROM (${q}) AS s WHERE s.k IS NOT NULL`),
  from('parentheses', (q) => `(${q})`),
  from('cte', (q) => `WITH c AS (${q}) SELECT * FROM c`),
  from('cte with names', (q) => `WITH c (x, y) AS (${q}) SELECT x AS k, y AS v FROM c`),
  from('cte, table', (q) => `WITH c AS (${q}) TABLE c`),
  from('cte in a cte', (q) => `WITH o AS (WITH i AS (${q}) SELECT * FROM i) SELECT o.* FROM o`),
  from('cte twice', (q) => `WITH c AS (${q}), d AS (SELECT * FROM c) SELECT c.k, d.v FROM c, d`),
  from('cte that shadows', (q) => `WITH plain (k, v) AS (${q}) SELECT * FROM plain`),
  from('materialized', (q) => `WITH c AS MATERIALIZED (${q}) SELECT * FROM c`),
  from('not materialized', (q) => `WITH c AS NOT MATERIALIZED (${q}) SELECT * FROM c`),
  from(
    'recursive start',
    (q) => `WITH RECURSIVE r (k, v) AS ((${q}) UNION ALL SELECT k + 1, v FROM r WHERE k < 3) SELECT * FROM r`,
  ),
  from(
    'recursive step',
    (q) =>
      `WITH RECURSIVE r (k, v) AS (SELECT 0, ''::text UNION ALL SELECT r.k + 1, s.v FROM r, (${q}) s WHERE r.k < 2) SELECT * FROM r`,
  ),
  from(
    'recursive, search and cycle',
    (q) =>
      `WITH RECURSIVE r (k, v) AS ((${q}) UNION ALL SELECT k + 1, v FROM r WHERE k < 3) SEARCH DEPTH FIRST BY v SET o CYCLE k SET y USING p SELECT k, v FROM r`,
  ),
  from(
    'recursive, the search order',
    (q) =>
      `WITH RECURSIVE r (k, v) AS ((${q}) UNION ALL SELECT k + 1, '' FROM r WHERE k < 3) SEARCH DEPTH FIRST BY v SET o SELECT 1 AS k, o::text AS v FROM r`,
  ),
  from(
    'recursive, the cycle path',
    (q) =>
      `WITH RECURSIVE r (k, v) AS ((${q}) UNION ALL SELECT k + 1, '' FROM r WHERE k < 3) CYCLE v SET y USING p SELECT 1 AS k, p::text AS v FROM r`,
  ),
  from('union all with itself', (q) => `(${q}) UNION ALL (${q})`),
  from('union all before', (q) => `SELECT 0 AS k, 'x'::text AS v UNION ALL (${q})`),
  from('union all behind', (q) => `(${q}) UNION ALL SELECT 0, 'x'`),
  from('union in a union', (q) => `SELECT 0 AS k, 'x'::text AS v UNION (SELECT 1, 'y' UNION ALL (${q}))`),
  from('intersect', (q) => `(${q}) INTERSECT (${q})`),
  from('except', (q) => `(${q}) EXCEPT SELECT 0, 'x'`),
  from('values beside', (q) => `SELECT k, v FROM (VALUES (0, 'x'::text)) AS w (k, v) UNION (${q})`),
  from('lateral', (q) => `SELECT s.k, l.v FROM (${q}) AS s, LATERAL (SELECT s.v) AS l (v)`),
  from(
    'lateral values',
    (q) => `SELECT s.k, w.v FROM (${q}) AS s CROSS JOIN LATERAL (VALUES (s.v), ('x')) AS w (v)`,
  ),
  from(
    'lateral inside',
    (q) =>
      `SELECT p.id AS k, s.v FROM plain p LEFT JOIN LATERAL (SELECT i.v FROM (${q}) i WHERE i.k = p.id) s ON true`,
  ),
  from(
    'values join',
    (q) => `SELECT s.k, s.v FROM (${q}) AS s JOIN (VALUES (1), (2)) AS w (n) ON w.n <> s.k`,
  ),
  from('join using', (q) => `SELECT k, v FROM (${q}) AS s JOIN (SELECT id AS k FROM plain) AS p USING (k)`),
  from(
    'join using the value',
    (q) => `SELECT 1 AS k, v FROM (${q}) AS s FULL JOIN (SELECT word AS v FROM plain) AS p USING (v)`,
  ),
  from(
    'join using, aliased',
    (q) => `SELECT 1 AS k, u.v FROM (${q}) AS s JOIN (SELECT word AS v FROM plain) AS p USING (v) AS u`,
  ),
  from(
    'natural full join',
    (q) => `SELECT * FROM (SELECT id AS k, word AS v FROM plain) AS p NATURAL FULL JOIN (${q}) AS s`,
  ),
  from('join alias', (q) => `SELECT j.k, j.v FROM ((${q}) AS s CROSS JOIN plain) AS j (k, v)`),
  from('join alias, row', (q) => `SELECT (j).k, (j).v FROM ((${q}) AS s CROSS JOIN plain) AS j (k, v, i, w)`),
  from('right join', (q) => `SELECT s.k, s.v FROM plain p RIGHT JOIN (${q}) AS s ON s.k = p.id`),
  from('distinct', (q) => `SELECT DISTINCT k, v FROM (${q}) AS s`),
  from('distinct on', (q) => `SELECT DISTINCT ON (k) k, v FROM (${q}) AS s ORDER BY k, v DESC`),
  from('group by', (q) => `SELECT k, v FROM (${q}) AS s GROUP BY k, v`),
  from('group by position', (q) => `SELECT max(k) AS k, v || '' AS v FROM (${q}) AS s GROUP BY 2`),
  from('rollup', (q) => `SELECT k, v FROM (${q}) AS s GROUP BY ROLLUP (k, v)`),
  from(
    'grouping sets',
    (q) => `SELECT grouping(k) AS k, v FROM (${q}) AS s GROUP BY GROUPING SETS ((k, v), (v), ())`,
  ),
  from('having', (q) => `SELECT k, max(v) AS v FROM (${q}) AS s GROUP BY k HAVING count(*) > 0`),
  from('order by', (q) => `SELECT k, v FROM (${q}) AS s ORDER BY v, k LIMIT 5 OFFSET 0`),
  from('fetch first', (q) => `SELECT k, v FROM (${q}) AS s ORDER BY k FETCH FIRST 2 ROWS WITH TIES`),
  from('scalar', (q) => `SELECT 1 AS k, (SELECT v FROM (${q}) AS s LIMIT 1) AS v`),
  from(
    'correlated',
    (q) => `SELECT p.id AS k, (SELECT s.v FROM (${q}) AS s WHERE s.k = p.id LIMIT 1) AS v FROM plain p`,
  ),
  from(
    'array of a subquery',
    (q) => `SELECT 1 AS k, array_to_string(ARRAY(SELECT v FROM (${q}) AS s), ',') AS v`,
  ),
  from(
    'row of a subquery',
    (q) =>
      `SELECT (x.r).k, (x.r).v FROM (SELECT (SELECT ROW(s.k, s.v)::pair FROM (${q}) AS s LIMIT 1) AS r) AS x`,
  ),
  from(
    'row of a subquery, from its alias',
    (q) => `SELECT (r).k, (r).v FROM (SELECT s AS r FROM (${q}) AS s) AS x`,
  ),
  from(
    'whole row to json',
    (q) =>
      `SELECT (j.d ->> 'k')::int AS k, j.d ->> 'v' AS v FROM (SELECT to_jsonb(s) AS d FROM (${q}) AS s) AS j`,
  ),
  from('json aggregate', (q) => `SELECT 1 AS k, json_agg(s)::text AS v FROM (${q}) AS s`),
  from('row as text', (q) => `SELECT k, s::text AS v FROM (${q}) AS s`),
  from(
    'unnest',
    (q) => `SELECT 1 AS k, u AS v FROM (SELECT array_agg(v) AS a FROM (${q}) AS s) AS x, unnest(x.a) AS u`,
  ),
  from(
    'rows from',
    (q) =>
      `SELECT f.n AS k, f.w AS v FROM (${q}) AS s, ROWS FROM (generate_series(1, 2), regexp_split_to_table(s.v, '-')) WITH ORDINALITY AS f (n, w, o)`,
  ),
  from(
    'json to rows',
    (q) => `SELECT s.k, e.value AS v FROM (${q}) AS s, jsonb_each_text(jsonb_build_object('a', s.v)) AS e`,
  ),
  from(
    'json to a record',
    (q) => `SELECT e.k, e.v FROM (${q}) AS s, jsonb_to_record(to_jsonb(s)) AS e (k int, v text)`,
  ),
  from('json to a type', (q) => `SELECT (jsonb_populate_record(NULL::pair, to_jsonb(s))).* FROM (${q}) AS s`),
  from('function in FROM', (q) => `SELECT s.k, e.v FROM (${q}) AS s, echo(s.v) AS e (v)`),
  from('several of a pair', (q) => `SELECT (pair_of(s.k, s.v)).* FROM (${q}) AS s`),
  from(
    'window frame',
    (q) =>
      `SELECT k, string_agg(v, ',') OVER (ORDER BY k ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS v FROM (${q}) AS s`,
  ),
  from(
    'window',
    (q) => `SELECT k, first_value(v) OVER w AS v FROM (${q}) AS s WINDOW w AS (PARTITION BY k ORDER BY v)`,
  ),
  from('lag', (q) => `SELECT k, lag(v, 1, 'x') OVER (ORDER BY k) AS v FROM (${q}) AS s`),
  from('aggregate', (q) => `SELECT 1 AS k, max(v) AS v FROM (${q}) AS s`),
  from(
    'aggregate of one kind',
    (q) => `SELECT k, max(v) FILTER (WHERE k > 0) AS v FROM (${q}) AS s GROUP BY k`,
  ),
  from(
    'ordered-set aggregate',
    (q) => `SELECT 1 AS k, percentile_disc(0.5) WITHIN GROUP (ORDER BY v) AS v FROM (${q}) AS s`,
  ),
  from('mode', (q) => `SELECT 1 AS k, mode() WITHIN GROUP (ORDER BY v) AS v FROM (${q}) AS s`),
  from('own aggregate', (q) => `SELECT 1 AS k, glue(v ORDER BY k) AS v FROM (${q}) AS s`),
  from(
    'json object aggregate',
    (q) => `SELECT 1 AS k, jsonb_object_agg(v, k)::text AS v FROM (${q}) AS s WHERE v IS NOT NULL`,
  ),
  from('set-returning target', (q) => `SELECT k, unnest(ARRAY[v, 'x']) AS v FROM (${q}) AS s`),
];

/** In WITH only, and the outermost one: what is stored comes back as another table's column. */
const writes: readonly Wrap[] = [
  {
    name: 'insert returning',
    stores: true,
    wrap: (q) =>
      `WITH i AS (INSERT INTO sink (k, v) SELECT s.k, s.v FROM (${q}) AS s RETURNING k, v) SELECT * FROM i`,
  },
  {
    name: 'update returning',
    stores: true,
    wrap: (q) =>
      `WITH u AS (UPDATE sink SET v = s.v FROM (${q}) AS s WHERE s.k = sink.k RETURNING sink.k, sink.v) SELECT * FROM u`,
  },
];

const views: readonly Wrap[] = [
  {
    name: 'view',
    setup: (q, view) => `CREATE VIEW ${view} AS ${q}`,
    wrap: (_, view) => `SELECT k, v FROM ${view}`,
  },
  {
    name: 'view with names',
    setup: (q, view) => `CREATE VIEW ${view} (a, b) AS ${q}`,
    wrap: (_, view) => `SELECT (x).a AS k, (x).b AS v FROM ${view} x`,
  },
  {
    name: 'materialized view',
    setup: (q, view) => `CREATE MATERIALIZED VIEW ${view} AS ${q}`,
    wrap: (_, view) => `TABLE ${view}`,
  },
  {
    name: 'body of a function',
    setup: (q, view) =>
      `CREATE FUNCTION ${view}() RETURNS TABLE (k int, v text) LANGUAGE sql BEGIN ATOMIC ${q}; END`,
    wrap: (_, view) => `SELECT * FROM ${view}()`,
  },
];

export const wraps: readonly Wrap[] = [...shapes, ...expressions, ...writes, ...views];
