// Several processes on one port: sessions spread over them, cancels find the right one, limits count for all.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { closeGate } from '../support/gate.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { frontend as f, RawClient, type ServerError, summary } from '../support/raw-client.ts';
import { waitUntil, within } from '../support/wait.ts';

let postgres: Postgres;
let issuer: TestIssuer;
let gateway: GatewayProcess;
let folder: string;
const clients: RawClient[] = [];

const config = (limits: object = {}) => ({
  workers: 2,
  limits: { connections_per_principal: 8, failed_logins_per_minute: 1000, drain_seconds: 60, ...limits },
  identity: { issuers: [{ issuer: issuer.issuer, audience: 'portcullis' }] },
  policy: { open: true },
  resources: [
    {
      name: 'shop',
      upstream: { host: postgres.host, port: postgres.port, database: 'postgres', sslmode: 'disable' },
      credentials: {
        default: { kind: 'static', user: postgres.superuser.user, password_file: join(folder, 'password') },
      },
    },
  ],
});

beforeAll(async () => {
  [postgres, issuer, folder] = await Promise.all([
    startPostgres(),
    startIssuer(),
    mkdtemp(join(tmpdir(), 'portcullis-workers-')),
  ]);
  await writeFile(join(folder, 'password'), postgres.superuser.password);
  gateway = await startGatewayProcess(config());
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await waitUntil('no session', async () => (await sessions()) === 0);
});
afterAll(async () => {
  await gateway?.stop();
  await Promise.all([postgres?.stop(), issuer?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function open(claims: object = {}): Promise<RawClient> {
  const { host, port } = gateway;
  const client = await RawClient.open({
    host,
    port,
    user: 'token',
    database: 'shop',
    password: await issuer.token({ ...claims }),
  });
  clients.push(client);
  return client;
}

async function sessions(): Promise<number> {
  const { host, port } = postgres;
  const admin = await RawClient.open({ host, port, ...postgres.superuser, database: 'postgres' });
  const [row] = await admin.rows(
    "SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('alice', 'bob')",
  );
  await admin.end();
  return Number(row?.[0]);
}

/** Says so, at once, when it runs. */
const saying = (statement: string) => f.query(`DO $$ BEGIN RAISE NOTICE 'runs'; ${statement}; END $$`);

function unlessFull(thrown: unknown): undefined {
  if ((thrown as ServerError).fields?.C !== '53300') throw thrown;
}

/** The process a client's session is in, as its log line says. */
async function workerOf(client: RawClient): Promise<number> {
  const opened = () =>
    gateway
      .logText()
      .split('\n')
      .findLast((line) => line.includes('session opened') && line.includes(`"backend_pid":${client.pid},`));
  await waitUntil('the session to be logged', () => opened() !== undefined);
  return (JSON.parse(opened() as string) as { worker: number }).worker;
}

/** Clients until each of the two processes has one. */
async function oneOfEach(): Promise<[RawClient, RawClient]> {
  const found = new Map<number, RawClient>();
  for (let count = 0; found.size < 2 && count < 8; count++) {
    const client = await open();
    found.set(await workerOf(client), client);
  }
  return [found.get(0) as RawClient, found.get(1) as RawClient];
}

test('connections are spread over both', async () => {
  const [first, second] = await oneOfEach();
  expect(await first.rows('SELECT 1')).toEqual([['1']]);
  expect(await second.rows('SELECT 2')).toEqual([['2']]);
});

test('a cancel reaches its session whichever process it comes to', async () => {
  for (const client of await oneOfEach()) {
    // Connections take turns, so that two in a row come to both processes.
    for (let round = 0; round < 4; round++) {
      client.send(saying('PERFORM pg_sleep(3600)'));
      await client.until('N');
      await client.cancel();
      expect(summary(await client.until('Z'))).toBe('E(57014) Z(I)');
    }
  }
});

test('a cancel with a wrong secret reaches nobody in either process', async () => {
  const { host, port } = gateway;
  for (const client of await oneOfEach()) {
    const gate = await closeGate({ host: postgres.host, port: postgres.port, ...postgres.superuser });
    client.send(saying(gate.perform));
    await client.until('N');
    await gate.reached();
    const key = Buffer.concat([client.backendKey.subarray(0, 4), Buffer.from([9, 9, 9, 9])]);
    for (let round = 0; round < 2; round++) await RawClient.cancel({ host, port }, key);
    await gate.open();
    expect(summary(await client.until('Z'))).toBe('C(DO) Z(I)');
  }
});

test('the limit of a principal counts the sessions of both', async () => {
  // The sessions of the test before may still be counted for a moment.
  for (let count = 0; count < 8; count++) await waitUntil('room', () => open().catch(unlessFull));
  const thrown = await open().catch((error: unknown) => error);
  expect((thrown as ServerError).fields).toMatchObject({
    C: '53300',
    M: 'this principal has reached its limit of 8 connections',
  });
  expect(await (await open({ sub: 'bob' })).rows('SELECT 1')).toEqual([['1']]);
});

test('many cancels leave nothing behind in the process that hands them on', async () => {
  const { host, port } = gateway;
  const key = Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.alloc(4)]);
  await Promise.all(Array.from({ length: 200 }, () => RawClient.cancel({ host, port }, key)));
  expect(gateway.logText()).not.toContain('MaxListenersExceededWarning');
});

describe('signals', () => {
  test('SIGHUP gives both processes the new configuration and keeps their sessions', async () => {
    const [first, second] = await oneOfEach();
    await gateway.reload(config({ statement_bytes: 2000 }));
    const large = `SELECT '${'x'.repeat(3000)}'`;
    await waitUntil('both to have it', async () => {
      const refused = new Set<number>();
      for (let count = 0; count < 4; count++) {
        const client = await open({ sub: 'bob' });
        if (summary(await client.query(large)) === 'E(54000) Z(I)') refused.add(await workerOf(client));
        await client.end();
      }
      return refused.size === 2;
    });
    for (const client of [first, second])
      expect(summary(await client.query(large))).toBe('T D C(SELECT 1) Z(I)');
  });

  test('SIGTERM drains both, and then all processes are gone', async () => {
    const [first, second] = await oneOfEach();
    const gate = await closeGate({ host: postgres.host, port: postgres.port, ...postgres.superuser });
    first.send(saying(gate.perform));
    await first.until('N');
    await gate.reached();
    gateway.signal('SIGTERM');
    expect((await second.untilEnd()).at(-1)?.fields.C).toBe('57P01');
    await gate.open();
    expect(summary(await first.until('Z'))).toBe('C(DO) Z(I)');
    expect((await first.untilEnd()).at(-1)?.fields.C).toBe('57P01');
    expect(await within(60_000, 'the exit', gateway.exited)).toEqual({ code: 0, signal: null });
  });
});
