// Statements around a query, each with what it does to the labelled value.
import type { End } from './parts.ts';

const stored = (name: string, end: End['end'], since = 0): End => ({
  name,
  end,
  shows: 'write_source',
  since,
});

export const ends: readonly End[] = [
  stored('insert', (q) => `INSERT INTO sink (k, v) ${q}`),
  stored(
    'insert returning',
    (q) => `INSERT INTO sink (k, v) SELECT k, v FROM (${q}) AS s RETURNING k, v AS shown`,
  ),
  stored(
    'insert, on conflict',
    (q) =>
      `INSERT INTO sink (k, v) SELECT k, v FROM (${q}) AS s ON CONFLICT (k) DO UPDATE SET w = excluded.v`,
  ),
  stored(
    'insert of a subquery',
    (q) => `INSERT INTO sink (k, v) VALUES (1, (SELECT v FROM (${q}) AS s LIMIT 1))`,
  ),
  stored('insert with a with', (q) => `WITH c AS (${q}) INSERT INTO sink (k, v) TABLE c`),
  stored('update', (q) => `UPDATE sink SET v = (SELECT v FROM (${q}) AS s LIMIT 1)`),
  stored('update from', (q) => `UPDATE sink SET v = s.v FROM (${q}) AS s WHERE s.k = sink.k`),
  stored(
    'update of several',
    (q) => `UPDATE sink SET (v, w) = (SELECT 'x', s.v FROM (${q}) AS s LIMIT 1) WHERE k = 1`,
  ),
  stored(
    'merge',
    (q) =>
      `MERGE INTO sink USING (${q}) AS s ON s.k = sink.k WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, 'x')`,
  ),
  stored(
    'merge, insert',
    (q) =>
      `MERGE INTO sink USING (${q}) AS s ON s.k = sink.k WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v)`,
  ),
  stored('create table as', (q) => `CREATE TABLE fresh AS ${q}`),
  stored('create table as, explained', (q) => `EXPLAIN ANALYZE CREATE TABLE fresh AS ${q}`),
  stored('select into', (q) => `SELECT s.k, s.v INTO fresh FROM (${q}) AS s`),
  stored('create materialized view', (q) => `CREATE MATERIALIZED VIEW fresh AS ${q}`),
  { name: 'create view', end: (q) => `CREATE VIEW fresh AS ${q}`, shows: 'named' },
  { name: 'declare', end: (q) => `DECLARE walking CURSOR WITH HOLD FOR ${q}`, shows: 'output' },
  { name: 'prepare', end: (q) => `PREPARE ready AS ${q}`, shows: 'output' },
  { name: 'copy', end: (q) => `COPY (${q}) TO STDOUT`, shows: 'used' },
  { name: 'explain', end: (q) => `EXPLAIN ${q}`, shows: 'named' },
  { name: 'explain analyze', end: (q) => `EXPLAIN (ANALYZE, VERBOSE) ${q}`, shows: 'named' },
  {
    name: 'delete',
    end: (q) => `DELETE FROM sink WHERE v IN (SELECT v FROM (${q}) AS s)`,
    shows: 'predicate',
  },
  {
    name: 'delete using',
    end: (q) => `DELETE FROM sink USING (${q}) AS s WHERE s.v = sink.v RETURNING s.v AS gone`,
    shows: 'output',
  },
  {
    name: 'exists',
    end: (q) => `SELECT count(*) FROM plain WHERE EXISTS (SELECT 1 FROM (${q}) AS s WHERE s.v = word)`,
    shows: 'predicate',
  },
];
