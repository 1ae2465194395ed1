// Connections of the resolver that are killed, go silent or can't be made: statements get an answer all the same.
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createResolver, type Resolver, type ResolverOptions } from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { waitUntil } from '../../support/wait.ts';
import { context, patience, resolverClient, type Stage, startStage } from './fixture.ts';

const single: Partial<ResolverOptions> = {
  ...patience,
  connections: 1,
  retryMilliseconds: { first: 20, longest: 100 },
};

let stage: Stage;
let open: Resolver[] = [];
beforeAll(async () => {
  stage = await startStage(15);
});
afterEach(() => {
  for (const resolver of open) resolver.close();
  open = [];
});
afterAll(() => stage?.stop());

/** A resolver of its own, with what a test makes of its connections. */
async function start(connect: () => Promise<pg.Client>, options = single): Promise<Resolver> {
  const resolver = await createResolver({ connect, log: silentLog }, options);
  open.push(resolver);
  return resolver;
}

async function ordinary(): Promise<pg.Client> {
  const client = resolverClient(stage.server);
  await client.connect();
  return client;
}

const ask = (resolver: Resolver, text: string) =>
  resolver.resolve({ text, parameterTypes: [], context, catalogVersion: '1' });

const processId = (client: pg.Client | undefined): number =>
  (client as unknown as { processID: number }).processID;

describe('a connection of the resolver', () => {
  test('that was killed while it was idle is replaced', async () => {
    const resolver = await start(ordinary);
    expect((await ask(resolver, 'SELECT 1')).kind).toBe('tree');
    await stage.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'resolver'`,
    );
    expect((await ask(resolver, 'SELECT 2')).kind).toBe('tree');
  });

  test('that is killed in the midst of a probe is replaced, and the statement is asked again', async () => {
    const clients: pg.Client[] = [];
    const resolver = await start(async () => {
      const client = await ordinary();
      clients.push(client);
      return client;
    });
    await ask(resolver, 'SELECT 1');
    await stage.admin.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    const asked = ask(resolver, 'SELECT note FROM orders');
    try {
      await waitUntil('the probe to wait', async () => {
        const { rows } = await stage.admin.query('SELECT FROM pg_locks WHERE NOT granted');
        return rows.length > 0;
      });
      await stage.admin.query('SELECT pg_terminate_backend($1)', [processId(clients[0])]);
    } finally {
      await stage.admin.query('ROLLBACK');
    }
    expect((await asked).kind).toBe('tree');
    expect(clients.length).toBe(2);
  });

  test('that goes silent is given up at the time limit, and the next statement has another', async () => {
    const clients: pg.Client[] = [];
    const resolver = await start(
      async () => {
        const client = await ordinary();
        clients.push(client);
        return client;
      },
      { ...single, probeMilliseconds: 3_000 },
    );
    const first = await waitUntil('a connection', async () => {
      await ask(resolver, 'SELECT 1');
      return resolver.status().idle === 1 ? clients.at(-1) : undefined;
    });
    const pid = processId(first);
    process.kill(pid, 'SIGSTOP');
    try {
      const both = Promise.all([ask(resolver, 'SELECT 2'), ask(resolver, 'SELECT 3')]);
      for (const answer of await both) expect(answer).toMatchObject({ reason: 'timed_out' });
      await waitUntil('an answer', async () => (await ask(resolver, 'SELECT 4')).kind === 'tree');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  test('that cannot be made is refused at once while it pauses', async () => {
    let attempts = 0;
    const refuse = (): Promise<pg.Client> => {
      attempts++;
      return Promise.reject(new Error('refused'));
    };
    const resolver = await start(refuse, {
      ...single,
      retryMilliseconds: { first: 600_000, longest: 600_000 },
    });
    for (let times = 0; times < 3; times++)
      expect(await ask(resolver, 'SELECT 1')).toMatchObject({ reason: 'unavailable' });
    expect(attempts).toBe(1);
  });

  test('that cannot be made is made again later without being asked', async () => {
    let down = true;
    let attempts = 0;
    const resolver = await start(async () => {
      attempts++;
      if (down) throw new Error('refused');
      return ordinary();
    });
    expect(await ask(resolver, 'SELECT 1')).toMatchObject({ reason: 'unavailable' });
    await waitUntil('attempts', () => attempts >= 4);
    expect(resolver.status().failures).toBeGreaterThanOrEqual(3);
    down = false;
    await waitUntil('a connection', () => resolver.status().idle === 1);
    expect(resolver.status().failures).toBe(0);
    expect((await ask(resolver, 'SELECT 1')).kind).toBe('tree');
  });

  test('that never comes leaves nobody waiting, and is closed when it comes after all', async () => {
    let late: pg.Client | undefined;
    let release = (): void => {};
    const resolver = await start(
      async () => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        late = await ordinary();
        return late;
      },
      { ...single, connectMilliseconds: 300 },
    );
    const answer = await ask(resolver, 'SELECT 1');
    expect(answer).toMatchObject({ kind: 'unresolvable', reason: 'unavailable' });
    resolver.close();
    release();
    await waitUntil('the late one', () => late !== undefined);
    await waitUntil('its end', async () => {
      const sql = 'SELECT FROM pg_stat_activity WHERE pid = $1';
      return (await stage.admin.query(sql, [processId(late)])).rows.length === 0;
    });
  });

  test('of a role without TEMPORARY is none', async () => {
    await stage.admin.query('REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC, resolver');
    try {
      const resolver = await start(ordinary);
      expect(await ask(resolver, 'SELECT 1')).toMatchObject({ reason: 'unavailable' });
    } finally {
      await stage.admin.query('GRANT TEMPORARY ON DATABASE postgres TO resolver');
    }
  });

  test('that a statement cannot wait for, because too many do', async () => {
    const resolver = await start(ordinary, { ...single, waiting: 2 });
    const answers = await Promise.all([1, 2, 3, 4, 5].map((number) => ask(resolver, `SELECT ${number}`)));
    expect(answers.map(({ kind }) => kind).sort()).toEqual([
      'tree',
      'tree',
      'unresolvable',
      'unresolvable',
      'unresolvable',
    ]);
  });

  test('after the end of the resolver', async () => {
    const resolver = await start(ordinary);
    await ask(resolver, 'SELECT 1');
    resolver.close();
    expect(await ask(resolver, 'SELECT 1')).toMatchObject({ reason: 'unavailable' });
    await waitUntil('its end', async () => {
      const sql = `SELECT FROM pg_stat_activity WHERE usename = 'resolver'`;
      return (await stage.admin.query(sql)).rows.length === 0;
    });
  });
});
