// Where the labelled value begins: the column itself, what is derived of it by the database, and odd ways to name it.
import type { Source } from './parts.ts';

export const sources: readonly Source[] = [
  { name: '', sql: 'SELECT id AS k, secret AS v FROM people' },
  { name: 'alias list', sql: 'SELECT a AS k, c AS v FROM people AS p (a, b, c)' },
  { name: 'functional notation', sql: 'SELECT id(p) AS k, secret(p) AS v FROM people p' },
  { name: 'view', sql: 'SELECT number AS k, hidden AS v FROM people_view' },
  { name: 'view of a view', sql: 'SELECT number AS k, deep AS v FROM view_of_view' },
  { name: 'view of a join', sql: 'SELECT id AS k, "both" AS v FROM joined_view' },
  { name: 'materialized view', sql: 'SELECT id AS k, secret AS v FROM people_stored' },
  { name: 'only', sql: 'SELECT id AS k, secret AS v FROM ONLY people' },
  { name: 'child', sql: 'SELECT id AS k, secret AS v FROM people_more' },
  { name: 'partition root', sql: 'SELECT id AS k, secret AS v FROM measured' },
  { name: 'partition', sql: 'SELECT id AS k, secret AS v FROM measured_rest' },
  { name: 'generated column', sql: 'SELECT id AS k, shout AS v FROM made' },
  { name: 'whole row', sql: "SELECT p.id AS k, to_jsonb(p) ->> 'secret' AS v FROM people p" },
  { name: 'row as text', sql: 'SELECT 1 AS k, p::text AS v FROM people p' },
  { name: 'body', sql: 'SELECT k, v FROM everybody()' },
  { name: 'body of a value', sql: 'SELECT id AS k, secret_of(id) AS v FROM plain' },
  { name: 'sample', sql: 'SELECT id AS k, secret AS v FROM people TABLESAMPLE SYSTEM (100)' },
  { name: 'table', sql: 'WITH t (a, b, c) AS (TABLE people) SELECT a AS k, c AS v FROM t' },
  { name: 'natural join', sql: 'SELECT id AS k, secret AS v FROM people NATURAL JOIN plain' },
];
