// What can be done with a query that gives `k` and `v`, so that it still gives them.
import { createHash } from 'node:crypto';
import { change, fold, type Wrap, wrap } from './shape.ts';

const renamed: readonly Wrap[] = [
  wrap('subquery', (sql) => `SELECT q.k, q.v FROM (${sql}) q`),
  wrap('names by position', (sql) => `SELECT a AS k, b AS v FROM (${sql}) AS q(a, b)`),
  wrap('innocent name', (sql) => `SELECT id AS k, item AS v FROM (${sql}) AS q(id, item)`),
  wrap('CTE', (sql) => `WITH w AS (${sql}) SELECT w.k, w.v FROM w`),
  wrap('CTE with names', (sql) => `WITH w(a, b) AS MATERIALIZED (${sql}) SELECT a AS k, b AS v FROM w`),
  wrap('CTE of a CTE', (sql) => `WITH a AS (${sql}), b AS (TABLE a) SELECT b.* FROM b`),
  wrap('limit', (sql) => `SELECT k, v FROM (${sql}) q ORDER BY k LIMIT 20 OFFSET 0`),
  wrap('condition on the key', (sql) => `SELECT k, v FROM (${sql}) q WHERE k BETWEEN 1 AND 40`),
  wrap('distinct keys', (sql) => `SELECT DISTINCT ON (k) k, v FROM (${sql}) q ORDER BY k`),
];

const joined: readonly Wrap[] = [
  wrap('join', (sql) => `SELECT q.k, q.v FROM orders o JOIN (${sql}) q ON q.k = o.id`),
  wrap('join using', (sql) => `SELECT k, v FROM (SELECT id AS k FROM orders) o JOIN (${sql}) q USING (k)`),
  wrap('natural join', (sql) => `SELECT k, v FROM (SELECT id AS k FROM orders) o NATURAL JOIN (${sql}) q`),
  wrap('full join', (sql) => `SELECT j.k, j.v FROM ((SELECT 0 AS k) o FULL JOIN (${sql}) q USING (k)) AS j`),
  wrap(
    'lateral',
    (sql) =>
      `SELECT o.id AS k, l.v FROM orders o CROSS JOIN LATERAL (SELECT q.v FROM (${sql}) q WHERE q.k = o.id) l`,
  ),
  wrap(
    'lateral values',
    (sql) => `SELECT q.k, x.v FROM (${sql}) q, LATERAL (VALUES ('none'), (q.v::text)) AS x(v)`,
  ),
  wrap('scalar subquery', (sql) => `SELECT o.id AS k, (SELECT max(q.v) FROM (${sql}) q) AS v FROM orders o`),
  wrap(
    'correlated subquery',
    (sql) => `SELECT o.id AS k, (SELECT max(q.v) FROM (${sql}) q WHERE q.k = o.id) AS v FROM orders o`,
  ),
  wrap(
    'values',
    (sql) => `SELECT x.k, x.v FROM (VALUES (0, 'none'), (1, (SELECT max(q.v) FROM (${sql}) q))) AS x(k, v)`,
  ),
];

const united: readonly Wrap[] = [
  wrap('second arm', (sql) => `SELECT 0 AS k, 'none'::text AS v UNION ALL (${sql})`),
  wrap('first arm', (sql) => `(${sql}) UNION ALL SELECT id, item FROM orders`),
  wrap('arm of an arm', (sql) => `SELECT 0 AS k, NULL AS v UNION ALL (SELECT 1, 'x' UNION ALL (${sql}))`),
  wrap(
    'recursion',
    (sql) =>
      `WITH RECURSIVE r(k, v, n) AS (SELECT q.k, q.v::text, 1 FROM (${sql}) q UNION ALL SELECT k, v, n + 1 FROM r WHERE n < 2) SELECT k, v FROM r`,
  ),
  wrap(
    'recursive term',
    (sql) =>
      `WITH RECURSIVE r(k, v) AS (SELECT 0, NULL::text UNION ALL SELECT r.k + 1, (SELECT max(q.v) FROM (${sql}) q WHERE q.k = r.k + 1) FROM r WHERE r.k < 3) SELECT k, v FROM r`,
  ),
];

const aggregated: readonly Wrap[] = [
  wrap('max', (sql) => `SELECT 1 AS k, max(v) AS v FROM (${sql}) q`),
  wrap('max by key', (sql) => `SELECT k, max(v) AS v FROM (${sql}) q GROUP BY k`),
  wrap('grouping sets', (sql) => `SELECT k, min(v) AS v FROM (${sql}) q GROUP BY GROUPING SETS ((k), ())`),
  wrap('window', (sql) => `SELECT k, first_value(v) OVER (PARTITION BY k ORDER BY k) AS v FROM (${sql}) q`),
  wrap('lag', (sql) => `SELECT k, lag(v, 0) OVER (ORDER BY k) AS v FROM (${sql}) q`),
  wrap(
    'lag with a default',
    (sql) => `SELECT k, lag('x'::text, 1000, v) OVER (ORDER BY k) AS v FROM (${sql}) q`,
  ),
  wrap(
    'unnest',
    (sql) =>
      `SELECT u.n::int AS k, u.v FROM unnest(ARRAY(SELECT v FROM (${sql}) q)) WITH ORDINALITY AS u(v, n)`,
  ),
  fold('string_agg', (sql) => `SELECT 1 AS k, string_agg(v, '~' ORDER BY k) AS v FROM (${sql}) q`),
  fold('array_agg', (sql) => `SELECT 1 AS k, array_agg(v ORDER BY k)::text AS v FROM (${sql}) q`),
  fold('own aggregate', (sql) => `SELECT 1 AS k, glue(v) AS v FROM (${sql}) q`),
  fold(
    'ARRAY of a subquery',
    (sql) => `SELECT 1 AS k, array_to_string(ARRAY(SELECT v FROM (${sql}) q), '~') AS v`,
  ),
  fold('json_agg', (sql) => `SELECT 1 AS k, json_agg(q)::text AS v FROM (${sql}) q`),
  fold(
    'jsonb_object_agg',
    (sql) => `SELECT 1 AS k, jsonb_object_agg(coalesce(k, 0), v)::text AS v FROM (${sql}) q`,
  ),
  fold('xmlagg', (sql) => `SELECT 1 AS k, xmlagg(xmlelement(name r, v))::text AS v FROM (${sql}) q`),
];

const rows: readonly Wrap[] = [
  wrap('field of a row', (sql) => `SELECT (q).k, (q).v FROM (${sql}) q`),
  wrap('whole row of a CTE', (sql) => `WITH w AS (${sql}) SELECT (w).k, (w).v FROM w`),
  wrap('member of a document', (sql) => `SELECT q.k, to_jsonb(q)->>'v' AS v FROM (${sql}) q`),
  wrap('subscript of a document', (sql) => `SELECT q.k, (to_jsonb(q))['v'] #>> '{}' AS v FROM (${sql}) q`),
  wrap('attribute notation', (sql) => `SELECT q.k, (q.to_jsonb)->>'v' AS v FROM (${sql}) q`),
  wrap('element of an array', (sql) => `SELECT k, (ARRAY['x', v])[2] AS v FROM (${sql}) q`),
  wrap(
    'jsonb_to_record',
    (sql) => `SELECT q.k, r.v FROM (${sql}) q, LATERAL jsonb_to_record(to_jsonb(q)) AS r(v text)`,
  ),
  wrap(
    'jsonb_each_text',
    (sql) => `SELECT q.k, e.value AS v FROM (${sql}) q, LATERAL jsonb_each_text(to_jsonb(q)) e`,
  ),
  wrap(
    'XMLTABLE',
    (sql) =>
      `SELECT q.k, x.v FROM (${sql}) q, XMLTABLE('/r' PASSING xmlelement(name r, q.v) COLUMNS v text PATH '.') x`,
  ),
  wrap(
    'JSON_TABLE',
    (sql) => `SELECT q.k, x.v FROM (${sql}) q, JSON_TABLE(to_jsonb(q), '$' COLUMNS (v text PATH '$.v')) x`,
    { since: 17 },
  ),
  wrap('JSON_VALUE', (sql) => `SELECT q.k, JSON_VALUE(to_jsonb(q), '$.v') AS v FROM (${sql}) q`, {
    since: 17,
  }),
  fold('row as text', (sql) => `SELECT q.k, q::text AS v FROM (${sql}) q`),
  fold('row_to_json', (sql) => `SELECT q.k, row_to_json(q)::text AS v FROM (${sql}) q`),
  fold('ROW()', (sql) => `SELECT k, ROW(k, v)::text AS v FROM (${sql}) q`),
  fold('json_build_object', (sql) => `SELECT k, json_build_object('x', v)::text AS v FROM (${sql}) q`),
  fold('range', (sql) => `SELECT k, textrange(v, NULL)::text AS v FROM (${sql}) q`),
];

const worked: readonly Wrap[] = [
  wrap('CASE', (sql) => `SELECT k, CASE WHEN k > 0 THEN v ELSE 'x' END AS v FROM (${sql}) q`),
  wrap('COALESCE', (sql) => `SELECT k, coalesce(v, 'x') AS v FROM (${sql}) q`),
  wrap('GREATEST', (sql) => `SELECT k, greatest(v, '') AS v FROM (${sql}) q`),
  wrap('cast to varchar', (sql) => `SELECT k, v::varchar(2000)::text AS v FROM (${sql}) q`),
  wrap('cast through bytes', (sql) => `SELECT k, convert_from(v::bytea, 'UTF8') AS v FROM (${sql}) q`),
  wrap('collation', (sql) => `SELECT k, v COLLATE "C" AS v FROM (${sql}) q`),
  wrap('readable function', (sql) => `SELECT k, pass(v) AS v FROM (${sql}) q`),
  wrap('two halves', (sql) => `SELECT k, left(v, 5) || substr(v, 6) AS v FROM (${sql}) q`),
  fold('concatenation', (sql) => `SELECT k, 'x' || v || k AS v FROM (${sql}) q`),
  fold('format', (sql) => `SELECT k, format('%s:%s', k, v) AS v FROM (${sql}) q`),
  fold('quote_literal', (sql) => `SELECT k, quote_literal(v) AS v FROM (${sql}) q`),
  change('reverse', 'reverse(q.v)', (value) => [...value].reverse().join('')),
  change('upper', 'upper(q.v)', (value) => value.toUpperCase()),
  change('letters for digits', `translate(q.v, '0123456789', 'ghijklmnop')`, (value) =>
    value.replace(/[0-9]/g, (digit) => 'ghijklmnop'.charAt(Number(digit))),
  ),
  change('hexadecimal', `encode(convert_to(q.v, 'UTF8'), 'hex')`, (value) =>
    Buffer.from(value).toString('hex'),
  ),
  change(
    'base64',
    `encode(convert_to(q.v, 'UTF8'), 'base64')`,
    (value) => Buffer.from(value).toString('base64'),
    {
      exactOnly: true,
    },
  ),
  change('md5', 'md5(q.v)', (value) => createHash('md5').update(value).digest('hex'), { exactOnly: true }),
  change('first half', 'left(q.v, 8)', (value) => value.slice(0, 8), { exactOnly: true }),
  change('last half', 'right(q.v, 8)', (value) => value.slice(-8), { exactOnly: true }),
];

export const wraps: readonly Wrap[] = [...renamed, ...joined, ...united, ...aggregated, ...rows, ...worked];
