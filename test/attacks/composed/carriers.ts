// How a query is brought to the server, and how what it gives comes back: as rows, as copied data, or as words.
import type { Step } from '../../scores/step.ts';

export type Carrier = Readonly<{
  name: string;
  since?: number;
  /** `name` is good for statements, portals and cursors; nothing of it is there yet. */
  steps(sql: string, name: string): readonly Step[];
}>;

const query = (sql: string): Step => ({ op: 'query', sql });
const sync: Step = { op: 'sync' };
const rollback = query('ROLLBACK');

const extended = (name: string, format: number): Carrier => ({
  name,
  steps: (sql) => [{ op: 'parse', sql }, { op: 'bind', rf: [format] }, { op: 'execute' }, sync],
});

const within = (name: string, steps: Carrier['steps'], since?: number): Carrier => ({
  name,
  ...(since === undefined ? {} : { since }),
  steps: (sql, own) => [query('BEGIN'), ...steps(sql, own), rollback],
});

export const plainCarrier: Carrier = { name: 'simple query', steps: (sql) => [query(sql)] };

export const carriers: readonly Carrier[] = [
  plainCarrier,
  extended('extended query', 0),
  extended('extended query, binary', 1),
  { name: 'second statement of a text', steps: (sql) => [query(`SELECT 1; ${sql}; SELECT 2`)] },
  {
    name: 'pipeline',
    steps: (sql, name) => [
      { op: 'parse', sql: 'SELECT item FROM orders WHERE id = 1', name: `${name}a` },
      { op: 'parse', sql, name },
      { op: 'bind', stmt: `${name}a` },
      { op: 'execute' },
      { op: 'bind', stmt: name },
      { op: 'execute' },
      sync,
    ],
  },
  { name: 'PREPARE', steps: (sql, name) => [query(`PREPARE ${name} AS ${sql}`), query(`EXECUTE ${name}`)] },
  {
    name: 'PREPARE, then Bind',
    steps: (sql, name) => [
      query(`PREPARE ${name} AS ${sql}`),
      { op: 'bind', stmt: name },
      { op: 'describe', kind: 'P' },
      { op: 'execute' },
      sync,
    ],
  },
  {
    name: 'Parse, then EXECUTE',
    steps: (sql, name) => [{ op: 'parse', sql, name }, sync, query(`EXECUTE ${name}`)],
  },
  within('cursor', (sql, name) => [
    query(`DECLARE ${name} CURSOR FOR ${sql}`),
    query(`FETCH ALL FROM ${name}`),
  ]),
  within('binary cursor', (sql, name) => [
    query(`DECLARE ${name} BINARY CURSOR FOR ${sql}`),
    query(`FETCH ALL FROM ${name}`),
  ]),
  within('scrolled cursor', (sql, name) => [
    query(`DECLARE ${name} SCROLL CURSOR FOR ${sql}`),
    query(`MOVE LAST FROM ${name}`),
    query(`FETCH BACKWARD ALL FROM ${name}`),
    query(`FETCH LAST FROM ${name}`),
  ]),
  within('cursor, then Execute', (sql, name) => [
    query(`DECLARE ${name} CURSOR FOR ${sql}`),
    { op: 'execute', portal: name },
    sync,
  ]),
  within('portal, then FETCH', (sql, name) => [
    { op: 'parse', sql },
    { op: 'bind', portal: name },
    sync,
    query(`FETCH ALL FROM ${name}`),
  ]),
  within('portal, row by row', (sql, name) => [
    { op: 'parse', sql },
    { op: 'bind', portal: name },
    ...Array.from({ length: 4 }, (): Step => ({ op: 'execute', portal: name, max: 1 })),
    { op: 'execute', portal: name },
    sync,
  ]),
  {
    name: 'held cursor',
    steps: (sql, name) => [
      query(`BEGIN; DECLARE ${name} CURSOR WITH HOLD FOR ${sql}; COMMIT`),
      query(`FETCH ALL FROM ${name}`),
      query(`CLOSE ${name}`),
    ],
  },
  { name: 'COPY', steps: (sql) => [query(`COPY (${sql}) TO STDOUT`)] },
  { name: 'COPY as CSV', steps: (sql) => [query(`COPY (${sql}) TO STDOUT (FORMAT csv, HEADER)`)] },
  { name: 'COPY in binary', steps: (sql) => [query(`COPY (${sql}) TO STDOUT (FORMAT binary)`)] },
  within('INSERT … RETURNING', (sql) => [
    query(`INSERT INTO notes(body) SELECT x.v FROM (${sql}) x RETURNING body`),
  ]),
  within('INSERT, then read', (sql) => [
    query(`INSERT INTO notes(body) SELECT x.v FROM (${sql}) x`),
    query('SELECT body FROM notes'),
  ]),
  within('UPDATE, then read', (sql) => [
    query(`UPDATE orders SET note = (SELECT max(x.v) FROM (${sql}) x) WHERE id = 1`),
    query('SELECT note FROM orders WHERE id = 1'),
  ]),
  within('RETURNING of another table', (sql) => [
    query(`UPDATE orders SET note = 'x' WHERE id = 1 RETURNING (SELECT max(x.v) FROM (${sql}) x)`),
  ]),
  within('changing CTE', (sql) => [
    query(
      `WITH u AS (DELETE FROM orders WHERE id = 1 RETURNING (SELECT max(x.v) FROM (${sql}) x) AS v) TABLE u`,
    ),
  ]),
  within(
    'MERGE … RETURNING',
    (sql) => [
      query(
        `MERGE INTO orders o USING (${sql}) x ON o.id = 1 AND x.k = 1 WHEN MATCHED THEN UPDATE SET note = 'x' RETURNING x.v`,
      ),
    ],
    17,
  ),
  within('temporary table', (sql) => [query(`CREATE TEMP TABLE copied AS ${sql}`), query('TABLE copied')]),
  within('SELECT INTO', (sql) => [query(`SELECT * INTO TEMP copied FROM (${sql}) x`), query('TABLE copied')]),
  ...['int', 'timestamptz', 'uuid', 'inet', 'mood'].map(
    (type): Carrier => ({
      name: `error of a cast to ${type}`,
      steps: (sql) => [query(`SELECT x.v::${type} FROM (${sql}) x`)],
    }),
  ),
  within('error of a held cursor at COMMIT', (sql, name) => [
    query(`DECLARE ${name} CURSOR WITH HOLD FOR SELECT x.v::int FROM (${sql}) x`),
    query('COMMIT'),
  ]),
  { name: 'error of a condition', steps: (sql) => [query(`SELECT 1 FROM (${sql}) x WHERE x.v::int > 0`)] },
];
