// The gateway over time: drained, reloaded, its certificate replaced; sessions ended by their token and by idleness.
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allow } from '../../gateway/session/index.ts';
import { Stage } from '../session/support.ts';
import { frontend as f, RawClient, type ServerError, summary } from '../support/raw-client.ts';
import { waitUntil, within } from '../support/wait.ts';

let stage: Stage;
let offset = 0;
beforeEach(async () => {
  offset = 0;
  stage = await Stage.start({
    tls: true,
    clock: { now: () => Date.now() + offset },
    config: { limits: { drain_seconds: 60, idle_seconds: 0 } },
  });
});
afterEach(() => stage?.stop());

const noBackend = () => waitUntil('no backend', async () => (await stage.backends()).length === 0);
const lastFault = async (client: RawClient) => {
  const last = (await client.untilEnd()).at(-1);
  return `${last?.fields.S} ${last?.fields.C}`;
};

/** A statement that says so, at once, when it runs. */
const sleeping = f.query("DO $$ BEGIN RAISE NOTICE 'runs'; PERFORM pg_sleep(3600); END $$");

describe('drain', () => {
  test('ends idle sessions, lets statements and transactions finish, takes nobody in, and closes', async () => {
    const [idle, busy, open] = [await stage.open(), await stage.open(), await stage.open()];
    const gate = await stage.closeGate();
    busy.send(f.query(gate.statement));
    await open.rows('BEGIN');
    await gate.reached();
    const drained = stage.gateway.drain();
    expect(await lastFault(idle)).toBe('FATAL 57P01');
    await expect(RawClient.connect({ ...stage.address, milliseconds: 1000 })).rejects.toThrow();
    await gate.open();
    expect(summary(await busy.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
    expect(await open.rows('SELECT 1')).toEqual([['1']]);
    expect(summary(await open.query('COMMIT'))).toBe('C(COMMIT) Z(I)');
    expect(await lastFault(busy)).toBe('FATAL 57P01');
    expect(await lastFault(open)).toBe('FATAL 57P01');
    await within(30_000, 'the drain', drained);
    await noBackend();
  });

  test('ends after drain_seconds what does not finish by itself', async () => {
    await stage.gateway.reload(await stage.loadConfig({ limits: { drain_seconds: 2 } }));
    const [busy, held, segment] = [await stage.open(), await stage.open(), await stage.open()];
    stage.decide = ({ text }) => (text?.includes('held') ? new Promise(() => undefined) : allow);
    busy.send(f.query('SELECT pg_sleep(3600)'));
    held.send(f.query('SELECT 1 AS held'));
    // An unfinished segment is a transaction that nobody has committed.
    segment.send(f.extended('SELECT 1'), f.flush());
    await segment.until('C');
    await stage.untilSleeping();
    await waitUntil('the held statement', () => stage.seen.some(({ text }) => text?.includes('held')));
    const begun = performance.now();
    await within(60_000, 'the drain', stage.gateway.drain());
    expect(performance.now() - begun).toBeGreaterThan(1900);
    for (const client of [busy, held, segment]) expect(await lastFault(client)).toBe('FATAL 57P01');
    await noBackend();
  });

  test('tells a client that is logging in', async () => {
    const client = await stage.connect();
    client.send(f.startup({ user: 'token', database: 'shop' }));
    await client.receive();
    const drained = stage.gateway.drain();
    expect(await lastFault(client)).toBe('FATAL 57P01');
    await drained;
  });
});

describe('reload', () => {
  test('keeps sessions, and gives new ones the new resources and limits', async () => {
    const before = await stage.open();
    await before.rows('BEGIN');
    await stage.gateway.reload(
      await stage.loadConfig({
        resources: [stage.resource('other')],
        limits: { connections_per_principal: 1, statement_bytes: 1024 },
      }),
    );
    expect(summary(await before.query('COMMIT'))).toBe('C(COMMIT) Z(I)');
    const refusal = async (resource: string) =>
      stage.open({ resource }).catch((error: ServerError) => error.fields.C);
    expect(await refusal('shop')).toBe('53300');
    await before.end();
    await waitUntil('the old resource to be unknown', async () => (await refusal('shop')) === '3D000');
    const after = await stage.open({ resource: 'other' });
    expect(summary(await after.query(`SELECT '${'x'.repeat(2000)}'`))).toBe('E(54000) Z(I)');
  });

  test('leaves the sessions of a resource that is gone cancellable', async () => {
    const client = await stage.open();
    client.send(f.query('SELECT pg_sleep(3600)'));
    await stage.untilSleeping();
    await stage.gateway.reload(await stage.loadConfig({ resources: [stage.resource('other')] }));
    await client.cancel();
    expect(summary(await client.until('Z'))).toBe('T E(57014) Z(I)');
  });

  test('a certificate whose files are replaced is offered to the next client; a broken one is not', async () => {
    const serial = async (): Promise<string | undefined> => {
      const client = await stage.connect({ tls: 'request' });
      const { serialNumber } = client.socket.tls?.getPeerCertificate() ?? {};
      client.destroy();
      return serialNumber;
    };
    const session = await stage.open({ tls: 'request' });
    const first = await serial();
    const fresh = await stage.certificates.issue('fresh', {
      commonName: 'localhost',
      names: ['localhost', '127.0.0.1'],
    });
    const put = async (from: string, to: string) => {
      await copyFile(from, join(stage.folder, `${to}.new`));
      await rename(join(stage.folder, `${to}.new`), join(stage.folder, to));
    };
    await put(fresh.cert, 'server.crt');
    await put(fresh.key, 'server.key');
    const second = await waitUntil('another certificate', async () => {
      const now = await serial();
      return now !== first && now;
    });
    await writeFile(join(stage.folder, 'server.crt'), 'no certificate');
    await stage.logged('certificate not reloaded; the one before stays in use');
    expect(await serial()).toBe(second);
    expect(await session.rows('SELECT 1')).toEqual([['1']]);
  });

  test('a password file that is replaced is used for the next connection', async () => {
    await (await stage.open()).end();
    const admin = await stage.admin();
    await admin.rows("ALTER ROLE gateway_login PASSWORD 'another-password-that-nobody-sees'");
    const file = join(stage.folder, 'upstream-password');
    await writeFile(`${file}.new`, 'another-password-that-nobody-sees\n');
    await rename(`${file}.new`, file);
    expect(await readFile(file, 'utf8')).toContain('another');
    const client = await stage.open();
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
    expect(client.receivedBytes.includes('another-password')).toBe(false);
  });
});

describe('a session ends', () => {
  test('with its token, also while a statement runs, with a clear FATAL', async () => {
    const token = await stage.issuer.token({}, { expiresIn: 600 });
    const [idle, busy] = [await stage.open({ password: token }), await stage.open({ password: token })];
    busy.send(sleeping);
    await busy.until('N');
    offset = 700_000;
    for (const client of [idle, busy]) {
      const last = (await client.untilEnd()).at(-1);
      expect(last?.fields).toMatchObject({
        S: 'FATAL',
        C: '28000',
        M: 'the credential of this session has expired',
        H: 'Log in again with a fresh token.',
      });
    }
    await noBackend();
    expect(await stage.open({ password: token }).catch((error: ServerError) => error.fields.C)).toBe('28P01');
  });

  test('when it was idle for too long, and not while it does something', async () => {
    await stage.gateway.reload(await stage.loadConfig({ limits: { idle_seconds: 600 } }));
    const token = await stage.issuer.token({}, { expiresIn: 100_000 });
    const clients = [
      await stage.open({ password: token }),
      await stage.open({ password: token, tls: 'request' }),
      await stage.open({ password: token }),
    ] as const;
    stage.decide = ({ text }) => (text?.includes('held') ? new Promise(() => undefined) : allow);
    clients[1].send(sleeping);
    clients[2].send(f.query('SELECT 1 AS held'));
    await clients[1].until('N');
    await waitUntil('the held statement', () => stage.seen.some(({ text }) => text?.includes('held')));
    // Looked at once a second: what came before the first look counts as activity then.
    await waitUntil(
      'the end of the idle one',
      () => {
        offset += 700_000;
        return clients[0].socket.isOver;
      },
      { every: 500 },
    );
    const last = (await clients[0].untilEnd()).at(-1);
    expect(last?.fields).toMatchObject({
      S: 'FATAL',
      C: '57P05',
      M: 'the session was idle for longer than 600 seconds',
    });
    expect(clients[1].socket.isOver).toBe(false);
    expect(clients[2].socket.isOver).toBe(false);
  });
});

test('close ends everything at once, with a word', async () => {
  const client = await stage.open();
  client.send(sleeping);
  await client.until('N');
  await within(60_000, 'the close', stage.gateway.close());
  expect(await lastFault(client)).toBe('FATAL 57P01');
  await noBackend();
});

test('a port that is taken is an error at the start', async () => {
  const config = await stage.loadConfig({ listen: { host: '127.0.0.1', port: stage.gateway.port } });
  const { startGateway } = await import('../../gateway/server/index.ts');
  await expect(startGateway(config, { log: stage.log() })).rejects.toThrow(/EADDRINUSE/);
});
