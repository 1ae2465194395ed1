// Cancel requests: whom they reach, whom they don't, and when their connection is closed.
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { frontend as f, int32, PROTOCOL_3_2, RawClient, summary } from '../support/raw-client.ts';
import { WaitTimeout, waitUntil } from '../support/wait.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(() => stage.resetGuard());
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const sleeping = async (client: RawClient): Promise<void> => {
  client.send(f.query('SELECT pg_sleep(3600)'));
  await stage.untilSleeping();
};

const withSecret = (key: Buffer, secret: Buffer): Buffer => Buffer.concat([key.subarray(0, 4), secret]);

test('a key has the process id of the server, which clients use for more, and a secret of the gateway', async () => {
  const clients = await Promise.all([stage.open(), stage.open(), stage.open({ version: PROTOCOL_3_2 })]);
  const pids = (await stage.backends()).map(([pid]) => Number(pid));
  expect(clients.map((client) => client.pid).sort()).toEqual(pids.sort());
  for (const client of clients) {
    expect(await client.rows('SELECT pg_backend_pid()')).toEqual([[String(client.pid)]]);
  }
  expect(new Set(clients.map((client) => client.backendKey.toString('hex', 4))).size).toBe(3);
});

test('the key does not open the server itself', async () => {
  const client = await stage.open();
  const gate = await stage.closeGate();
  client.send(f.query(gate.statement));
  await gate.reached();
  await RawClient.cancel({ host: stage.postgres.host, port: stage.postgres.port }, client.backendKey);
  await gate.open();
  expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
});

describe('a statement that runs is cancelled', () => {
  test.each([
    { name: 'by its own key', change: (key: Buffer) => key, cancelled: true },
    {
      name: 'but not with another secret',
      change: (key: Buffer) => withSecret(key, Buffer.from([1, 2, 3, 4])),
      cancelled: false,
    },
    { name: 'but not with a shorter secret', change: (key: Buffer) => key.subarray(0, 7), cancelled: false },
    {
      name: 'but not with a longer secret',
      change: (key: Buffer) => Buffer.concat([key, Buffer.alloc(28)]),
      cancelled: false,
    },
    {
      name: 'but not with another process id',
      change: (key: Buffer) => Buffer.concat([int32(key.readInt32BE(0) + 1), key.subarray(4)]),
      cancelled: false,
    },
    {
      name: 'but not with a process id that no session has',
      change: (key: Buffer) => Buffer.concat([int32(0x7fc0_0001), key.subarray(4)]),
      cancelled: false,
    },
    {
      name: 'but not with a negative process id',
      change: (key: Buffer) => Buffer.concat([int32(0xffff_ffff), key.subarray(4)]),
      cancelled: false,
    },
  ])('$name', async ({ change, cancelled }) => {
    const client = await stage.open();
    const gate = await stage.closeGate();
    client.send(f.query(gate.statement));
    await gate.reached();
    await RawClient.cancel(stage.address, change(Buffer.from(client.backendKey)));
    if (!cancelled) await gate.open();
    expect(summary(await client.until('Z'))).toBe(cancelled ? 'T E(57014) Z(I)' : 'T D C(SELECT 1) Z(I)');
    if (cancelled) await gate.open();
  });

  test('and no other session’s', async () => {
    const [first, second] = [await stage.open(), await stage.open()];
    const gate = await stage.closeGate();
    for (const client of [first, second]) client.send(f.query(gate.statement));
    await gate.reached(2);
    await first.cancel();
    expect(summary(await first.until('Z'))).toBe('T E(57014) Z(I)');
    await gate.open();
    expect(summary(await second.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
  });

  test('in the middle of a segment, which then fails up to its Sync', async () => {
    const client = await stage.open();
    client.send(
      f.extended('SELECT pg_sleep(3600)'),
      f.extended('SELECT 2'),
      f.sync(),
      f.extended('SELECT 3'),
      f.sync(),
    );
    await stage.untilSleeping();
    await client.cancel();
    expect(summary(await client.until('Z'))).toBe('1 2 T E(57014) Z(I)');
    expect(summary(await client.until('Z'))).toBe('1 2 T D C(SELECT 1) Z(I)');
  });

  test('in a COPY IN that waits for data', async () => {
    const client = await stage.open();
    await client.rows('CREATE TEMP TABLE t (id int)');
    client.send(f.query('COPY t FROM STDIN'), f.copyData('1\n'));
    await client.until('G');
    await client.cancel();
    // The server looks for it when the next data come, as it does without a gateway.
    client.send(f.copyData('2\n'));
    expect(summary(await client.until('Z'))).toBe('E(57014) Z(I)');
    client.send(f.copyDone());
    expect(await client.rows('SELECT count(*) FROM t')).toEqual([['0']]);
  });
});

describe('a cancel that has nothing to cancel', () => {
  test('does not hit a statement that is sent once its connection is closed', async () => {
    const client = await stage.open();
    for (let round = 0; round < 30; round++) {
      await client.cancel();
      expect(await client.rows('SELECT 1')).toEqual([['1']]);
    }
  });

  test('does not hit a later statement when the one it was for ended by itself', async () => {
    const client = await stage.open();
    for (let round = 0; round < 30; round++) {
      client.send(f.query('SELECT pg_sleep(0.003)'));
      const cancelled = client.cancel();
      expect(summary(await client.until('Z'))).toMatch(/^(T D C\(SELECT 1\)|(T )?E\(57014\)) Z\(I\)$/);
      // Sent at once: the gateway keeps it until the cancel is through.
      client.send(f.query('SELECT 2'));
      expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
      await cancelled;
    }
  });

  test('is closed without a byte, like one that had', async () => {
    const client = await stage.open();
    const canceller = await stage.connect();
    canceller.send(f.cancelRequest(client.backendKey));
    expect(await canceller.untilEnd()).toEqual([]);
  });

  test('of a session that has ended reaches nobody', async () => {
    const client = await stage.open();
    const key = Buffer.from(client.backendKey);
    await client.end();
    const other = await stage.open();
    const gate = await stage.closeGate();
    other.send(f.query(gate.statement));
    await gate.reached();
    await RawClient.cancel(stage.address, key);
    await gate.open();
    expect(summary(await other.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
  });
});

test('a hundred cancels at once leave the session as it was', async () => {
  const client = await stage.open();
  await sleeping(client);
  await Promise.all(Array.from({ length: 100 }, () => client.cancel()));
  expect(summary(await client.until('Z'))).toBe('T E(57014) Z(I)');
  expect(await client.rows('SELECT 1')).toEqual([['1']]);
});

describe('while the server has not taken a cancel', () => {
  /** A way to the server on which cancel requests wait until they are let through. */
  async function startGate(): Promise<{
    port: number;
    waiting: () => number;
    open: () => void;
    close: () => void;
  }> {
    let waiting = 0;
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const gate = createServer({ allowHalfOpen: true }, (client) => {
      const server = createConnection({
        host: stage.postgres.host,
        port: stage.postgres.port,
        allowHalfOpen: true,
      });
      for (const socket of [client, server]) socket.on('error', () => undefined);
      server.pipe(client);
      client.once('data', async (first: Buffer) => {
        client.pause();
        const isCancel = first.length === 16 && first.readInt32BE(4) === 80877102;
        if (isCancel) {
          waiting += 1;
          await opened;
        }
        server.write(first);
        client.pipe(server);
      });
    });
    gate.listen(0, '127.0.0.1');
    await once(gate, 'listening');
    return {
      port: (gate.address() as AddressInfo).port,
      waiting: () => waiting,
      open,
      close: () => gate.close(),
    };
  }

  test('its connection stays open, and no further statement is sent that it could hit', async () => {
    const gate = await startGate();
    await stage.gateway.reload(
      await stage.loadConfig({ resources: [stage.resource('shop'), stage.resource('gated', gate.port)] }),
    );
    const client = await stage.open({ resource: 'gated' });
    const statement = await stage.closeGate();
    client.send(f.query(statement.statement));
    await statement.reached();
    let delivered = false;
    const cancel = client.cancel().then(() => {
      delivered = true;
    });
    await waitUntil('the cancel at the gate', () => gate.waiting() === 1);
    await statement.open();
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
    client.send(f.query('SELECT 1 AS not_to_be_hit'));
    await expect(client.receive(150)).rejects.toThrow(WaitTimeout);
    expect(delivered).toBe(false);
    expect(stage.postgres.logText()).not.toContain('not_to_be_hit');
    gate.open();
    await cancel;
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
    gate.close();
  });
});
