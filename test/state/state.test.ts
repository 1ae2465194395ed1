// The state database: its form, what it tells to whoever listens, and what is said while it can't be reached.
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Fault, silentLog } from '../../gateway/lib/index.ts';
import { openState, type State } from '../../gateway/state/index.ts';
import { migrate } from '../../gateway/state/migrate.ts';
import { migrations } from '../../gateway/state/migrations/index.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { waitUntil } from '../support/wait.ts';
import { connectTo } from './connect.ts';

let postgres: Postgres;
const opened: State[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ version: 18 });
});
afterEach(async () => {
  for (const state of opened.splice(0)) await state.close();
});
afterAll(() => postgres.stop());

async function open(connect = () => connectTo(postgres)): Promise<State> {
  const state = await openState({ connect, log: silentLog });
  opened.push(state);
  return state;
}

const tick = `INSERT INTO portcullis.process (id, alive_until) VALUES (gen_random_uuid(), now()) RETURNING id`;
const codeOf = (error: unknown) => (error instanceof Fault ? error.code : error);

describe('migrations', () => {
  const step = (name: string, sql: string) => ({ name, sql });

  async function inSchemaOfItsOwn(run: (client: pg.Client) => Promise<void>): Promise<void> {
    const admin = await connectTo(postgres);
    const name = `other_${Math.random().toString(36).slice(2)}`;
    await admin.query(`CREATE DATABASE ${name}`);
    const client = new pg.Client({ connectionString: postgres.connectionString(name) });
    await client.connect();
    try {
      await run(client);
    } finally {
      await client.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    }
  }

  test('run once, whoever comes, also at the same time', async () => {
    const states = await Promise.all(Array.from({ length: 5 }, () => open()));
    const [first] = states;
    expect(await first?.query('SELECT name FROM portcullis.migration ORDER BY version')).toEqual(
      migrations.map(({ name }) => ({ name })),
    );
  });

  test('go on where they were', () =>
    inSchemaOfItsOwn(async (client) => {
      const one = step('one', 'CREATE TABLE one ()');
      await migrate(client, [one]);
      await migrate(client, [one, step('two', 'CREATE TABLE two ()')]);
      const { rows } = await client.query('SELECT version, name FROM portcullis.migration ORDER BY 1');
      expect(rows).toEqual([
        { version: 1, name: 'one' },
        { version: 2, name: 'two' },
      ]);
    }));

  test('of which one fails leave everything as it was', () =>
    inSchemaOfItsOwn(async (client) => {
      const steps = [step('one', 'CREATE TABLE one ()'), step('two', 'CREATE TABLE two (oops)')];
      await expect(migrate(client, steps)).rejects.toThrow();
      const { rows } = await client.query(
        `SELECT to_regclass('one') AS one, to_regclass('portcullis.migration') AS ledger`,
      );
      expect(rows).toEqual([{ one: null, ledger: null }]);
    }));

  test('of a newer version, or other ones, are refused', () =>
    inSchemaOfItsOwn(async (client) => {
      const one = step('one', 'CREATE TABLE one ()');
      await migrate(client, [one, step('two', 'CREATE TABLE two ()')]);
      expect(codeOf(await migrate(client, [one]).catch((error) => error))).toBe('state_newer');
      const changed = [one, step('two', 'CREATE TABLE other ()')];
      expect(codeOf(await migrate(client, changed).catch((error) => error))).toBe('state_differs');
    }));
});

describe('changes', () => {
  test('reach everybody who listens to their topic, with what changed', async () => {
    const [here, there] = await Promise.all([open(), open()]);
    const heard: (string | undefined)[] = [];
    there.listen('request', (what) => heard.push(what));
    await here.query("SELECT pg_notify('portcullis', 'other:1'), pg_notify('portcullis', 'request:2')");
    await waitUntil('the change to be heard', () => heard.length > 0);
    expect(heard).toEqual(['2']);
  });

  test('are not told of what was rolled back', async () => {
    const state = await open();
    const heard: (string | undefined)[] = [];
    state.listen('request', (what) => heard.push(what));
    const failed = state.transaction(async (query) => {
      await query("SELECT pg_notify('portcullis', 'request:rolled back')");
      throw new Fault('statement_cancelled');
    });
    expect(codeOf(await failed.catch((error) => error))).toBe('statement_cancelled');
    await state.query("SELECT pg_notify('portcullis', 'request:last')");
    await waitUntil('the change to be heard', () => heard.length > 0);
    expect(heard).toEqual(['last']);
  });
});

test('a transaction is all or nothing, and its connection is used again', async () => {
  const state = await open();
  const count = async () => (await state.query('SELECT count(*)::int AS n FROM portcullis.process'))[0]?.n;
  const before = await count();
  for (let round = 0; round < 10; round++) {
    await state
      .transaction(async (query) => {
        await query(tick);
        await query('SELECT 1/0');
      })
      .catch((error: pg.DatabaseError) => expect(error.code).toBe('22012'));
  }
  expect(await count()).toBe(before);
});

describe('a database behind a wire that breaks', () => {
  let wire: Server;
  let sockets: Socket[] = [];
  let isDown = false;

  beforeAll(async () => {
    wire = createServer((socket) => {
      if (isDown) {
        socket.destroy();
        return;
      }
      const other = connectSocket(postgres.port, postgres.host);
      sockets.push(socket, other);
      for (const each of [socket, other]) each.on('error', () => undefined);
      socket.pipe(other).pipe(socket);
    });
    await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    wire.close();
  });

  const connect = async (): Promise<pg.Client> => {
    const { port } = wire.address() as { port: number };
    const client = new pg.Client({ host: '127.0.0.1', port, database: 'postgres', ...postgres.superuser });
    await client.connect();
    return client;
  };
  const cut = (): void => {
    isDown = true;
    for (const socket of sockets.splice(0)) socket.destroy();
    sockets = [];
  };

  test('is away with clear words, back by itself, and what was missed is made up for', async () => {
    const state = await open(connect);
    const heard: (string | undefined)[] = [];
    state.listen('request', (what) => heard.push(what));
    cut();
    await waitUntil('the loss to be seen', () => !state.status.available);
    expect(codeOf(await state.query('SELECT 1').catch((error) => error))).toBe('state_unavailable');
    // The clock goes on without it.
    expect(Math.abs(state.now() - Date.now())).toBeLessThan(60_000);
    isDown = false;
    await waitUntil('it to be back', () => state.status.available);
    expect(await state.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(heard).toContain(undefined);
  });

  test('cannot be opened while it is away', async () => {
    cut();
    expect(codeOf(await openState({ connect, log: silentLog }).catch((error) => error))).toBe(
      'state_unavailable',
    );
    isDown = false;
  });
});

test('time is the database’s, whatever ours says', async () => {
  const state = await open();
  const [row] = await state.query<{ ms: string }>(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms',
  );
  const real = Date.now;
  Date.now = () => real() + 3_600_000;
  try {
    expect(Math.abs(state.now() - Number(row?.ms))).toBeLessThan(60_000);
  } finally {
    Date.now = real;
  }
});

test('what was written is kept, also by a server that would forget the last of it as it crashes', async () => {
  const admin = await connectTo(postgres);
  const { rows } = await admin.query('SHOW synchronous_commit');
  await admin.end();
  expect(rows).toEqual([{ synchronous_commit: 'off' }]);
  const state = await open();
  expect(await state.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
});

test('a question that takes too long is given up, and the next one is answered', async () => {
  const state = await openState({ connect: () => connectTo(postgres), log: silentLog, milliseconds: 300 });
  opened.push(state);
  const slow = await Promise.all(
    Array.from({ length: 6 }, () => state.query('SELECT pg_sleep(30)').catch((error) => error)),
  );
  expect(slow.map(codeOf)).toEqual(Array.from({ length: 6 }, () => 'state_unavailable'));
  await waitUntil('an answer', async () =>
    state.query('SELECT 1').then(
      () => true,
      () => false,
    ),
  );
});
