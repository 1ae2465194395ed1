// How sessions end, and that nothing is left of them; how much of a stream is kept in memory on the way.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { frontend as f, type RawClient, summary } from '../support/raw-client.ts';
import { sleep, waitUntil, within } from '../support/wait.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ tls: true, config: { limits: { linger_seconds: 60 } } });
});
beforeEach(() => stage.resetGuard());
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const noBackendBut = (count: number) =>
  waitUntil(`${count} backends`, async () => (await stage.backends()).length === count);
const noBackend = () => noBackendBut(0);

describe('a client that leaves', () => {
  test.each([
    { name: 'with Terminate', leave: (client: RawClient) => client.send(f.terminate()) },
    {
      name: 'with Terminate and FIN',
      leave: (client: RawClient) => {
        client.send(f.terminate());
        client.halfClose();
      },
    },
    { name: 'with FIN', leave: (client: RawClient) => client.halfClose() },
    { name: 'with RST', leave: (client: RawClient) => client.reset() },
    {
      name: 'in the middle of a message',
      leave: (client: RawClient) => {
        client.send(f.query('SELECT 1').subarray(0, 8));
        client.halfClose();
      },
    },
    {
      name: 'in the middle of an open transaction',
      leave: (client: RawClient) => {
        client.send(f.query('BEGIN'));
        client.halfClose();
      },
    },
    {
      name: 'in the middle of a COPY IN',
      leave: (client: RawClient) => {
        client.send(f.query('COPY pg_temp.nobody FROM STDIN'));
        client.halfClose();
      },
    },
  ])('$name leaves no backend and no socket', async ({ leave }) => {
    for (const tls of ['none', 'request'] as const) {
      const client = await stage.open({ tls });
      leave(client);
      await within(60_000, 'the gateway to close', client.ended);
      await noBackend();
    }
  });

  describe('while a statement runs', () => {
    beforeAll(async () => stage.gateway.reload(await stage.loadConfig({ limits: { linger_seconds: 1 } })));
    afterAll(async () => stage.gateway.reload(await stage.loadConfig()));

    test.each([
      { name: 'is closed', leave: (client: RawClient) => client.destroy() },
      { name: 'is reset', leave: (client: RawClient) => client.reset() },
      { name: 'sends FIN', leave: (client: RawClient) => client.halfClose() },
    ])('and whose connection $name: the statement is cancelled after linger_seconds', async ({ leave }) => {
      const client = await stage.open();
      client.send(f.query('SELECT pg_sleep(3600)'));
      await stage.untilSleeping();
      leave(client);
      await noBackend();
    });
  });

  test('while a statement runs that ends in time is answered: a half-closed client still reads', async () => {
    const client = await stage.open();
    const gate = await stage.closeGate();
    client.send(f.query(gate.statement), f.query('SELECT 2'));
    client.halfClose();
    await gate.reached();
    await gate.open();
    expect(summary(await client.untilEnd())).toBe('T D C(SELECT 1) Z(I) T D C(SELECT 1) Z(I)');
    await noBackend();
  });

  test('half-closed while later statements wait for a COPY is answered all of it', async () => {
    const client = await stage.open();
    await client.rows('CREATE TEMP TABLE t (id int)');
    client.send(
      f.query('COPY t FROM STDIN'),
      f.copyData('1\n'),
      f.copyDone(),
      f.query("SELECT 'copy stdin'"),
      f.query('SELECT 2'),
    );
    client.halfClose();
    expect(summary(await client.untilEnd())).toBe(
      'G C(COPY 1) Z(I) T D C(SELECT 1) Z(I) T D C(SELECT 1) Z(I)',
    );
  });

  test('after Terminate while a statement runs lets it finish, as the server does', async () => {
    const client = await stage.open();
    await client.rows('CREATE TABLE finished AS SELECT 1');
    const gate = await stage.closeGate();
    client.send(f.query(`${gate.statement}; DROP TABLE finished`), f.terminate());
    await gate.reached();
    client.destroy();
    await gate.open();
    await noBackend();
    const admin = await stage.direct();
    expect(await admin.rows("SELECT to_regclass('finished')")).toEqual([[null]]);
  });

  test('logs one line that says why', async () => {
    const client = await stage.open();
    const { session_id } = await stage.logged('session opened', { backend_pid: client.pid });
    client.reset();
    await stage.logged('session ended', { session_id, why: 'client closed the connection' });
    const ends = stage.lines.filter((line) => line.msg === 'session ended' && line.session_id === session_id);
    expect(ends).toHaveLength(1);
  });
});

describe('a server that ends the session', () => {
  test('by pg_terminate_backend is heard once: its own FATAL', async () => {
    const client = await stage.open();
    client.send(f.query('SELECT pg_sleep(3600)'));
    await stage.untilSleeping();
    const admin = await stage.admin();
    await admin.rows(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gateway_login'",
    );
    expect(summary(await client.untilEnd())).toBe('T E(57P01)');
  });

  test('while the client is idle is heard once: its own FATAL', async () => {
    const client = await stage.open();
    const admin = await stage.admin();
    await admin.rows(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gateway_login'",
    );
    expect(summary(await client.untilEnd())).toBe('E(57P01)');
  });

  test('without a word (kill -9) is heard once: a FATAL of the gateway', async () => {
    const client = await stage.open();
    const pid = (await client.rows('SELECT pg_backend_pid()'))[0]?.[0] as string;
    execFileSync('kill', ['-9', pid]);
    const messages = await client.untilEnd();
    expect(summary(messages)).toBe('E(08006)');
    expect(messages[0]?.fields.M).toBe('the connection to the database was lost');
    // The server starts anew after a crash, and everybody's connection ends.
    const starts = () => stage.postgres.logText().split('ready to accept connections').length - 1;
    await waitUntil('the server to be back', () => starts() === 2);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Live memory outside the heap, where buffers are, above what it was: at its highest while the work lasts. */
async function highest(work: () => Promise<void>): Promise<number> {
  const live = (): number => {
    collectGarbage();
    return process.memoryUsage().external;
  };
  const before = live();
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, live() - before);
  }, 50);
  await work().finally(() => clearInterval(timer));
  return Math.max(most, live() - before);
}

/** Reads and throws away until so many bytes have come, so that the client of the test keeps nothing. */
function drink(client: RawClient, count: number): Promise<void> {
  const { stream, unread } = client.socket.takeOver();
  let rest = count - unread.length;
  return within(
    150_000,
    `${count} bytes`,
    new Promise((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        rest -= chunk.length;
        if (rest <= 0) resolve();
      });
      stream.resume();
    }),
  );
}

const MEGABYTE = 1024 * 1024;
/** Far below what passes; the garbage of the test's own client, freed late, is in it. */
const BOUND = 48 * MEGABYTE;

describe('memory', () => {
  test('stays flat while a value of 200 MB streams to the client', async () => {
    const client = await stage.open({ keep: false });
    const most = await highest(async () => {
      client.send(f.query("SELECT repeat('x', 200 * 1024 * 1024)"));
      await drink(client, 200 * MEGABYTE);
    });
    expect(most).toBeLessThan(BOUND);
  });

  test('stays flat while 200 MB of COPY data stream to the server', async () => {
    const client = await stage.open();
    await client.rows('CREATE TEMP TABLE t (line text)');
    const piece = f.copyData(`${'x'.repeat(999_999)}\n`);
    client.send(f.query('COPY t FROM STDIN'));
    await client.until('G');
    const most = await highest(async () => {
      for (let count = 0; count < 200; count++) await client.sendFully(piece);
    });
    client.send(f.copyDone());
    expect(summary(await client.until('Z', 150_000))).toBe('C(COPY 200) Z(I)');
    expect(most).toBeLessThan(BOUND);
  });

  test('stays flat while the client does not read: the server has to wait', async () => {
    const client = await stage.open({ keep: false });
    client.socket.pause();
    const most = await highest(async () => {
      client.send(f.query("SELECT repeat('x', 1000) FROM generate_series(1, 300000)"));
      await waitUntil('the server to wait for its client', async () => {
        const waiting = await stage.backends("wait_event = 'ClientWrite'");
        return waiting.length > 0;
      });
      await sleep(200);
    });
    expect(most).toBeLessThan(BOUND);
    await drink(client, 300_000 * 1000);
  });

  test('stays flat while the server does not read: the client has to wait', async () => {
    const client = await stage.open();
    const locker = await stage.direct();
    await locker.rows('CREATE TABLE locked (line text)');
    await locker.rows('BEGIN; LOCK TABLE locked');
    client.send(f.query('INSERT INTO locked VALUES (1)'));
    await waitUntil(
      'the statement to wait',
      async () => (await stage.backends("wait_event = 'relation' AND query ~ 'INSERT INTO locked'"))[0],
    );
    const piece = Buffer.concat(Array.from({ length: 100 }, () => f.query(`SELECT '${'x'.repeat(10_000)}'`)));
    let sent = 0;
    let blocked: Promise<void> | undefined;
    const most = await highest(async () => {
      // The kernel's buffers alone may hold tens of megabytes.
      while (blocked === undefined && sent < 512 * MEGABYTE) {
        const written = client.sendFully(piece, 150_000);
        sent += piece.length;
        if (!(await Promise.race([written.then(() => true), sleep(300, false)]))) blocked = written;
      }
    });
    expect(blocked).toBeDefined();
    expect(most).toBeLessThan(BOUND);
    client.destroy();
    await blocked?.catch(() => undefined);
    await locker.rows('ROLLBACK');
    await noBackendBut(1);
    await locker.rows('DROP TABLE locked');
  });
});

const TABLE = '/proc/net/tcp';
const ESTABLISHED = '01';
const KEEPALIVE_TIMER = '02';

test('TCP keepalive is on, on both legs', async (context) => {
  if (!existsSync(TABLE)) context.skip(`the kernel has no ${TABLE}`);
  await stage.open();
  /** The kernel's timers of the connections of which one end has this port. */
  const timers = (column: 1 | 2, port: number): string[] =>
    readFileSync(TABLE, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(
        (fields) =>
          fields[3] === ESTABLISHED && Number.parseInt(fields[column]?.split(':')[1] ?? '', 16) === port,
      )
      .map((fields) => fields[5]?.split(':')[0] ?? '');
  await waitUntil('keepalive towards the client', () =>
    timers(1, stage.gateway.port).includes(KEEPALIVE_TIMER),
  );
  await waitUntil('keepalive towards the server', () =>
    timers(2, stage.postgres.port).includes(KEEPALIVE_TIMER),
  );
});
