// What keeps a statement from being resolved on the client's own connection, and that the client can go on.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createResolver,
  QuestionRefused,
  type Resolution,
  type Resolver,
} from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { waitUntil } from '../../support/wait.ts';
import { type Stage, startStage, treeOf } from './fixture.ts';
import { PlayingSession } from './playing-session.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  /** One with a limit that is soon reached. */
  let hasty: Resolver;
  let client: pg.Client;
  let session: PlayingSession;

  beforeAll(async () => {
    stage = await startStage(version);
    hasty = await createResolver(
      { connect: () => new Promise(() => {}), log: silentLog },
      { probeMilliseconds: 300 },
    );
    await stage.admin.query(`
      CREATE ROLE app LOGIN PASSWORD 'app';
      GRANT CREATE ON SCHEMA public TO app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON customers, orders TO app;
    `);
  });
  afterAll(async () => {
    hasty?.close();
    await stage?.stop();
  });
  beforeEach(async () => {
    const { host, port } = stage.server;
    client = new pg.Client({ host, port, user: 'app', password: 'app', database: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    session = new PlayingSession(client);
  });
  afterEach(() => client.end());

  const resolve = (text: string, resolver = stage.resolver): Promise<Resolution> =>
    resolver.resolveInSession({ text, parameterTypes: [] }, session);
  const processId = (): number => (client as unknown as { processID: number }).processID;
  /** Until the probe waits for a lock that the administrator holds. */
  const waits = (): Promise<unknown> =>
    waitUntil('the probe to wait', async () => {
      const { rows } = await stage.admin.query('SELECT FROM pg_locks WHERE pid = $1 AND NOT granted', [
        processId(),
      ]);
      return rows.length > 0;
    });

  /** The transaction that the test began is still there, and of use. */
  async function goesOn(): Promise<void> {
    expect(session.transaction).toBe('open');
    expect((await client.query('SELECT count(*)::int AS count FROM mine')).rows).toEqual([{ count: 1 }]);
    expect((await client.query('SELECT FROM pg_prepared_statements')).rows).toEqual([]);
    expect(treeOf(await resolve('SELECT * FROM mine')).kind).toBe('tree');
    await client.query('COMMIT');
  }
  const begin = 'BEGIN; CREATE TEMP TABLE mine (a int) ON COMMIT DROP; INSERT INTO mine VALUES (1)';

  test.each([
    { name: 'a column', text: 'SELECT nix FROM mine', want: { sqlstate: '42703', position: 8 } },
    {
      name: 'a parameter',
      text: 'SELECT $2::int FROM mine',
      want: { sqlstate: '42P18', message: 'could not determine data type of parameter $1' },
    },
    { name: 'a constant', text: `SELECT a = 'ß' FROM mine`, want: { sqlstate: '22P02', position: 12 } },
    {
      name: 'a schema that the role may not use',
      text: 'SELECT 1 FROM closed.things',
      want: { sqlstate: '42501', message: 'permission denied for schema closed' },
    },
    { name: 'the syntax', text: 'SELECT FROM FROM mine', want: { sqlstate: '42601', position: 13 } },
  ])(
    "an error of the statement is the server's, and the transaction goes on: $name",
    async ({ text, want }) => {
      await client.query(begin);
      expect(await resolve(text)).toMatchObject({ kind: 'error', ...want });
      await goesOn();
    },
  );

  test.each(['BEGIN', 'CREATE TABLE t AS SELECT 1', 'SELECT 1; SELECT 2', 'SELECT 1 INTO t', ''])(
    'nothing is asked for what is no query: %s',
    async (text) => {
      expect((await resolve(text)).kind).toBe('unresolvable');
      expect(session.asked).toEqual([]);
    },
  );

  test('a failed transaction is left alone', async () => {
    await client.query('BEGIN');
    await client.query('SELECT 1/0').catch(() => {});
    await waitUntil('the state', () => session.transaction === 'failed');
    expect(await resolve('SELECT 1')).toMatchObject({ kind: 'unresolvable', reason: 'transaction' });
    expect(session.asked).toEqual([]);
    await client.query('ROLLBACK');
  });

  test('and so is the implicit one of a pipeline', async () => {
    session.transaction = 'implicit';
    expect(await resolve('SELECT 1')).toMatchObject({ kind: 'unresolvable', reason: 'transaction' });
    expect(session.asked).toEqual([]);
  });

  test.each([
    'READ ONLY',
    'ISOLATION LEVEL SERIALIZABLE READ ONLY',
    'ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE',
  ])('a transaction %s is said to be read-only, and its snapshot is still to be taken', async (mode) => {
    await stage.admin.query('BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO other.customers VALUES (1, 2)');
    try {
      await client.query(`BEGIN ${mode}`);
      expect(await resolve('SELECT 1')).toMatchObject({ kind: 'unresolvable', reason: 'read_only' });
      expect(session.transaction).toBe('open');
      // Refused once a snapshot was taken.
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await client.query('ROLLBACK');
    } finally {
      await stage.admin.query('ROLLBACK');
    }
  });

  test('a session whose transactions are read-only by default is asked in one that is not', async () => {
    await client.query('CREATE TEMP TABLE mine (a int); SET default_transaction_read_only = on');
    await client.query(
      'SET default_transaction_isolation = serializable; SET default_transaction_deferrable = on',
    );
    expect(treeOf(await resolve('SELECT * FROM mine')).kind).toBe('tree');
    expect((await client.query('SHOW transaction_read_only')).rows).toEqual([
      { transaction_read_only: 'on' },
    ]);
  });

  test('without the right to temporary objects there is no probe', async () => {
    await stage.admin.query('REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC');
    try {
      await client.query('BEGIN; CREATE TABLE fresh (a int)');
      expect(await resolve('SELECT a FROM fresh')).toEqual({
        kind: 'unresolvable',
        reason: 'permission',
        detail: "the session's role may not create a temporary function",
      });
      expect(await resolve('SELECT b FROM fresh')).toMatchObject({ sqlstate: '42703' });
      expect((await client.query('SELECT a FROM fresh')).rows).toEqual([]);
      await client.query('ROLLBACK');
    } finally {
      await stage.admin.query('GRANT TEMPORARY ON DATABASE postgres TO PUBLIC');
    }
  });

  test("an event trigger that refuses makes the statement opaque, and is not the statement's error", async () => {
    await client.query(begin);
    await stage.admin.query(`
      CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no DDL''; END';
      CREATE EVENT TRIGGER refused ON ddl_command_start WHEN TAG IN ('CREATE FUNCTION') EXECUTE FUNCTION refuse()`);
    try {
      expect(await resolve('SELECT 1')).toMatchObject({ reason: 'not_wrappable' });
      expect(await resolve('SELECT nix')).toMatchObject({ kind: 'error', sqlstate: '42703' });
    } finally {
      await stage.admin.query('DROP EVENT TRIGGER refused; DROP FUNCTION refuse()');
    }
    await goesOn();
  });

  test.each(['client_encoding = latin1', 'standard_conforming_strings = off'])(
    'another lexer is refused: %s',
    async (setting) => {
      await client.query(`SET ${setting}`);
      expect(await resolve('SELECT 1')).toMatchObject({ kind: 'unresolvable', reason: 'setting' });
      expect(session.transaction).toBe('idle');
    },
  );

  describe('while somebody holds the table', () => {
    beforeEach(() => stage.admin.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE'));
    afterEach(() => stage.admin.query('ROLLBACK'));

    test('the probe ends at its own limit, whatever limits the client has', async () => {
      await client.query('SET lock_timeout = 0; SET statement_timeout = 0');
      await client.query(begin);
      expect(await resolve('SELECT * FROM orders', hasty)).toMatchObject({ reason: 'timed_out' });
      await goesOn();
    });

    test('a cancel ends the probe and not the transaction', async () => {
      await client.query(begin);
      const asked = resolve('SELECT * FROM orders');
      await waits();
      await stage.admin.query('SELECT pg_cancel_backend($1)', [processId()]);
      expect(await asked).toMatchObject({ reason: 'timed_out' });
      await goesOn();
    });

    test('a connection that dies makes it reject: the session is over', async () => {
      await client.query(begin);
      const asked = resolve('SELECT * FROM orders').then(
        () => 'resolved',
        () => 'rejected',
      );
      await waits();
      await stage.admin.query('SELECT pg_terminate_backend($1)', [processId()]);
      expect(await asked).toBe('rejected');
    });
  });

  test('a cancel that hits the rolling back does not keep it from happening', async () => {
    await client.query(begin);
    const run = session.run.bind(session);
    const cancelled = new QuestionRefused(
      new Map([
        ['S', 'ERROR'],
        ['C', '57014'],
      ]),
    );
    let cancels = 2;
    session.run = async (steps) => {
      if (steps[0]?.text.startsWith('ROLLBACK TO') && cancels-- > 0) throw cancelled;
      return run(steps);
    };
    expect(await resolve('SELECT $1 FROM nowhere')).toMatchObject({ sqlstate: '42P01' });
    session.run = run;
    await goesOn();
  });

  test('when it cannot be rolled back it rejects: the session must end', async () => {
    await client.query(begin);
    const run = session.run.bind(session);
    session.run = async (steps) => {
      if (steps[0]?.text.startsWith('ROLLBACK TO')) throw new Error('lost');
      return run(steps);
    };
    await expect(resolve('SELECT nix')).rejects.toThrow('lost');
  });

  test('what can be seen of it, as the documentation says: a transaction id', async () => {
    await client.query('BEGIN');
    const id = 'SELECT pg_current_xact_id_if_assigned()::text AS id';
    expect((await client.query(id)).rows).toEqual([{ id: null }]);
    await resolve('SELECT 1');
    expect((await client.query(id)).rows[0].id).not.toBeNull();
    await client.query('ROLLBACK');
  });

  test('and a transaction that cannot be prepared for a second phase any more', async () => {
    await client.query('BEGIN');
    await resolve('SELECT 1');
    await expect(client.query(`PREPARE TRANSACTION 'later'`)).rejects.toMatchObject({ code: '0A000' });
  });

  test('and, under REPEATABLE READ, a snapshot taken before the statement', async () => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await resolve('SELECT name FROM customers');
    await stage.admin.query(`INSERT INTO customers (id, name) VALUES (7, 'late')`);
    expect((await client.query('SELECT name FROM customers')).rows).toEqual([]);
    await client.query('ROLLBACK');
  });
});
