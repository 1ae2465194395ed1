// Statements resolved on the client's own connection: what only it sees is found, and it sees nothing of the probe.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Resolution } from '../../../gateway/catalog/index.ts';
import { type Stage, startStage, treeOf } from './fixture.ts';
import { PlayingSession } from './playing-session.ts';
import { tracesOf } from './traces.ts';

const [INT4, TEXT, INT8] = [23, 25, 20];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  let client: pg.Client;
  let session: PlayingSession;

  beforeAll(async () => {
    stage = await startStage(version);
    await stage.admin.query(`
      CREATE ROLE app LOGIN PASSWORD 'app';
      GRANT CREATE ON DATABASE postgres TO app;
      GRANT CREATE ON SCHEMA public TO app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON customers, orders TO app;
      CREATE SEQUENCE numbers; GRANT USAGE ON numbers TO app;
    `);
  });
  afterAll(() => stage?.stop());
  beforeEach(async () => {
    const { host, port } = stage.server;
    client = new pg.Client({ host, port, user: 'app', password: 'app', database: 'postgres' });
    await client.connect();
    session = new PlayingSession(client);
  });
  afterEach(() => client.end());

  const resolve = (text: string, parameterTypes: readonly number[] = []): Promise<Resolution> =>
    stage.resolver.resolveInSession({ text, parameterTypes }, session);
  const oidOf = async (name: string): Promise<number> =>
    (await client.query('SELECT $1::text::regclass::oid AS oid', [name])).rows[0].oid;

  /** Resolves, and compares what the client sees of its session before and after. */
  async function unseen(text: string, parameterTypes: readonly number[] = []): Promise<Resolution> {
    const transaction = session.transaction as 'idle' | 'open';
    const before = await tracesOf(client, transaction);
    const resolution = await resolve(text, parameterTypes);
    expect(session.transaction).toBe(transaction);
    expect(await tracesOf(client, transaction)).toEqual(before);
    return resolution;
  }

  const own = [
    {
      name: 'a temporary table',
      setup: 'CREATE TEMP TABLE mine (a int, b text)',
      text: 'SELECT b FROM mine',
      reads: 'mine',
    },
    {
      name: 'a temporary table that hides another',
      setup: 'CREATE TEMP TABLE customers (hidden int)',
      text: 'SELECT hidden FROM customers',
      reads: 'pg_temp.customers',
    },
    {
      name: 'a temporary view that hides a table',
      setup: 'CREATE TEMP VIEW orders AS SELECT ssn FROM customers',
      text: 'SELECT ssn FROM orders',
      reads: 'pg_temp.orders',
    },
    {
      name: 'a path that the resolver role cannot have',
      setup: 'CREATE SCHEMA own; CREATE TABLE own.customers (x int); SET search_path = own, public',
      text: 'SELECT x FROM customers',
      reads: 'own.customers',
      clear: 'DROP SCHEMA own CASCADE',
    },
    {
      name: 'an update of a temporary table',
      setup: 'CREATE TEMP TABLE mine (a int, b text)',
      text: 'UPDATE mine SET b = customers.name FROM customers WHERE a = id RETURNING b',
      reads: 'mine',
    },
  ];

  describe.each(own)('between transactions: $name', ({ setup, text, reads, clear }) => {
    test('is found and nothing is left', async () => {
      await client.query(setup);
      try {
        expect(treeOf(await unseen(text)).nodeText).toContain(`:relid ${await oidOf(reads)} `);
        expect(session.transaction).toBe('idle');
      } finally {
        if (clear !== undefined) await client.query(clear);
      }
    });
  });

  describe.each([
    ...own,
    {
      name: 'a table that is not committed',
      setup: 'CREATE TABLE fresh (a int)',
      text: 'SELECT a FROM fresh',
      reads: 'fresh',
    },
    {
      name: 'a column that is not committed',
      setup: 'CREATE TABLE fresh (a int); ALTER TABLE fresh ADD COLUMN late text',
      text: "INSERT INTO fresh (late) VALUES ('x')",
      reads: 'fresh',
    },
    {
      name: 'a table under another name',
      setup: 'CREATE TABLE fresh (a int); ALTER TABLE fresh RENAME TO renamed',
      text: 'DELETE FROM renamed',
      reads: 'renamed',
    },
  ])('in a transaction: $name', ({ setup, text, reads }) => {
    test.each(['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'])('%s', async (isolation) => {
      await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
      await client.query(setup);
      expect(treeOf(await unseen(text)).nodeText).toContain(`:relid ${await oidOf(reads)} `);
      // The statement itself runs, and so does everything after it.
      await client.query(text);
      await client.query('ROLLBACK');
    });
  });

  test('a table that is dropped and not committed is not found, in the words of the server', async () => {
    await client.query('CREATE TABLE doomed (a int)');
    await client.query('BEGIN; DROP TABLE doomed');
    const got = await unseen('SELECT a FROM doomed');
    expect(got).toMatchObject({
      kind: 'error',
      sqlstate: '42P01',
      position: 15,
      message: 'relation "doomed" does not exist',
    });
    await client.query('ROLLBACK; DROP TABLE doomed');
  });

  test.each([
    { given: [], want: [INT4, TEXT] },
    { given: [INT8], want: [INT8, TEXT] },
    { given: [0, TEXT], want: [INT4, TEXT] },
  ])('parameters of types $given', async ({ given, want }) => {
    await client.query('BEGIN; CREATE TEMP TABLE mine (a int, b text)');
    const tree = treeOf(await unseen('UPDATE mine SET b = $2 WHERE a = $1', given));
    expect(tree.parameterTypes).toEqual(want);
    expect(String(tree.serverVersion)).toMatch(new RegExp(`^${version}`));
  });

  test('a parameter of a type that is not committed', async () => {
    await client.query(`BEGIN; CREATE TYPE mood AS ENUM ('glad'); CREATE TEMP TABLE mine (a mood)`);
    expect(treeOf(await unseen('SELECT * FROM mine WHERE a = $1')).parameterTypes).toHaveLength(1);
    await client.query('ROLLBACK');
  });

  test('the tree is the one that the resolver gets', async () => {
    const bare = (text: string): string => text.replace(/ :(location|stmt_location|stmt_len) -?\d+/g, '');
    const text =
      'SELECT c.name, sum(total) FROM customers c JOIN orders ON customer = c.id WHERE ssn > $1 GROUP BY 1';
    const [mine, theirs] = [treeOf(await unseen(text)), treeOf(await stage.resolve(text))];
    expect(bare(mine.nodeText)).toBe(bare(theirs.nodeText));
    expect({ ...mine, nodeText: '' }).toEqual({ ...theirs, nodeText: '' });
  });

  test('what the client has open stays open: savepoints, cursors, statements, the last value of a sequence', async () => {
    await client.query({ name: 'kept', text: 'SELECT 1' });
    await client.query('BEGIN; CREATE TEMP TABLE mine (a int)');
    await client.query(`SELECT nextval('numbers'); SAVEPOINT one; INSERT INTO mine VALUES (1)`);
    await client.query('DECLARE c SCROLL CURSOR FOR SELECT generate_series(1, 5)');
    await client.query('MOVE 2 FROM c; SAVEPOINT portcullis; LISTEN somewhere');
    expect((await unseen('SELECT * FROM mine, customers')).kind).toBe('tree');
    expect(await unseen('SELECT nix FROM mine')).toMatchObject({ sqlstate: '42703', position: 8 });
    expect((await client.query('FETCH c')).rows).toEqual([{ generate_series: 3 }]);
    expect((await client.query('SELECT lastval()::int AS last')).rows).toEqual([{ last: 1 }]);
    await client.query('RELEASE SAVEPOINT portcullis');
    await client.query('ROLLBACK TO SAVEPOINT one');
    expect((await client.query('SELECT * FROM mine')).rows).toEqual([]);
    expect((await client.query({ name: 'kept', text: 'SELECT 1' })).rows).toHaveLength(1);
    await client.query('ROLLBACK');
  });

  test('a cursor that outlives its transaction stays where it was', async () => {
    await client.query('BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT generate_series(1, 5); COMMIT');
    await client.query('FETCH c');
    expect((await unseen('SELECT name FROM customers')).kind).toBe('tree');
    expect((await client.query('FETCH c')).rows).toEqual([{ generate_series: 2 }]);
  });

  test('rows of ON COMMIT DELETE ROWS are there until the client commits', async () => {
    await client.query(
      'BEGIN; CREATE TEMP TABLE mine (a int) ON COMMIT DELETE ROWS; INSERT INTO mine VALUES (1)',
    );
    expect((await unseen('SELECT a FROM mine')).kind).toBe('tree');
    expect((await client.query('SELECT a FROM mine')).rows).toEqual([{ a: 1 }]);
    await client.query('ROLLBACK');
  });

  test('settings of a transaction keep their value, and so do those of the session', async () => {
    await client.query(
      `SET lock_timeout = '7s'; SET check_function_bodies = on; SET client_min_messages = debug1`,
    );
    await client.query(`BEGIN; SET LOCAL statement_timeout = '9s'; SET LOCAL client_min_messages = debug2`);
    expect((await unseen('SELECT name FROM customers')).kind).toBe('tree');
    await client.query('ROLLBACK');
    expect((await unseen('SELECT name FROM customers')).kind).toBe('tree');
  });

  test('a role that is set is the one that asks', async () => {
    await stage.admin.query('GRANT USAGE ON SCHEMA closed TO app; GRANT resolver TO app');
    await client.query('SET ROLE resolver');
    expect(await unseen('SELECT * FROM closed.things')).toMatchObject({
      kind: 'error',
      sqlstate: '42501',
      message: 'permission denied for schema closed',
    });
    await client.query('RESET ROLE');
    expect((await unseen('SELECT * FROM closed.things')).kind).toBe('tree');
  });

  test('what the resolver sends names the gateway once, and each time differently', async () => {
    await client.query('BEGIN');
    await resolve('SELECT 1');
    await resolve('SELECT 1');
    const names = session.asked.flatMap(
      (text) => /^SAVEPOINT "(portcullis_[0-9a-f]{24})"$/.exec(text)?.[1] ?? [],
    );
    expect(new Set(names).size).toBe(2);
  });
});
