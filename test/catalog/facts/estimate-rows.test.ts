// The planner's estimates of rows, asked in a client's own session.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { estimateRows } from '../../../gateway/catalog/index.ts';
import { parseStatements } from '../../../gateway/sql/index.ts';
import type { PlayingSession } from '../resolver/playing-session.ts';
import { type FactsStage, startFactsStage } from './stage.ts';

const schema = `
  CREATE TABLE many (id int PRIMARY KEY, half int);
  INSERT INTO many SELECT i, i % 2 FROM generate_series(1, 1000) i;
  CREATE TABLE sink (id int);
  CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql AS $$BEGIN RAISE 'was called'; END$$;
  ANALYZE many;`;

const cases: readonly Readonly<{ statement: string; rows: number | undefined }>[] = [
  { statement: 'SELECT * FROM many', rows: 1000 },
  { statement: 'SELECT * FROM many WHERE id = 1', rows: 1 },
  { statement: 'SELECT * FROM many LIMIT 10', rows: 10 },
  { statement: 'SELECT * FROM many WHERE id = $1', rows: 1 },
  { statement: 'SELECT * FROM many WHERE half = $1', rows: 500 },
  { statement: 'SELECT * FROM many WHERE half = $2 AND id <> $1', rows: 500 },
  { statement: 'SELECT fails(id) FROM many', rows: 1000 },
  { statement: 'DELETE FROM many', rows: 1000 },
  { statement: 'DELETE FROM many WHERE half = $1', rows: 500 },
  { statement: 'UPDATE many SET half = fails(half) WHERE half = 1', rows: 500 },
  { statement: 'DELETE FROM many RETURNING id', rows: 1000 },
  { statement: 'INSERT INTO sink SELECT id FROM many', rows: 1000 },
  { statement: 'INSERT INTO sink VALUES (1), (2), (3)', rows: 3 },
  {
    statement: 'MERGE INTO many m USING many s ON m.id = s.id WHEN MATCHED THEN DELETE',
    rows: 1000,
  },
  { statement: 'SELECT * FROM missing', rows: undefined },
  { statement: 'SELECT * FROM missing WHERE id = $1', rows: undefined },
  { statement: 'SELECT $2::int', rows: undefined },
  { statement: 'TRUNCATE many', rows: undefined },
  { statement: 'CREATE TABLE new AS SELECT 1', rows: undefined },
  { statement: 'EXPLAIN SELECT 1', rows: undefined },
];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: FactsStage;
  let session: PlayingSession;
  beforeAll(async () => {
    stage = await startFactsStage(version, schema);
  });
  afterAll(() => stage?.stop());
  beforeEach(async () => {
    session = await stage.session();
  });
  afterEach(() => session.client.end());

  const estimate = (text: string): Promise<number | undefined> => {
    const [statement] = parseStatements(text, { maxBytes: 10_000 });
    if (statement === undefined) throw new Error('no statement');
    return estimateRows(statement, session, 60_000);
  };

  describe.each(['in no transaction', 'in a transaction'])('%s', (where) => {
    test.each(cases)('$statement gives $rows', async ({ statement, rows }) => {
      if (where === 'in a transaction') await session.client.query('BEGIN');
      expect(await estimate(statement)).toBe(rows);
      // The session goes on, nothing was executed, and nothing is left.
      const { rows: state } = await session.client.query(
        `SELECT (SELECT count(*)::int FROM many) AS many, (SELECT count(*)::int FROM sink) AS sink,
                (SELECT count(*)::int FROM pg_prepared_statements WHERE from_sql) AS prepared`,
      );
      expect(state).toEqual([{ many: 1000, sink: 0, prepared: 0 }]);
    });
  });

  test('a failed transaction has no estimates', async () => {
    await session.client.query('BEGIN');
    await session.client.query('SELECT 1 / 0').catch(() => {});
    // Its turn comes when the session is known to have failed.
    await session.client.query('SELECT 1').catch(() => {});
    expect(await estimate('SELECT * FROM many')).toBeUndefined();
  });

  test('temporary tables have estimates', async () => {
    await session.client.query('CREATE TEMP TABLE few AS SELECT 1 AS a; ANALYZE few');
    expect(await estimate('SELECT a FROM few')).toBe(1);
  });
});
