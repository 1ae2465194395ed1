// What counts while nobody can say what was withdrawn, and that a gateway without a state database starts none to look.
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../../support/issuer.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { RawClient, ServerError, summary } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';

let postgres: Postgres;
let issuer: TestIssuer;
let folder: string;
const gateways: GatewayProcess[] = [];
const clients: RawClient[] = [];

beforeAll(async () => {
  [postgres, issuer, folder] = await Promise.all([
    startPostgres(),
    startIssuer(),
    mkdtemp(join(tmpdir(), 'portcullis-away-')),
  ]);
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'password'), postgres.superuser.password);
  await asAdmin("CREATE ROLE state LOGIN PASSWORD 'state'");
  await asAdmin('CREATE DATABASE state OWNER state');
  await writeFile(join(folder, 'state-password'), 'state');
});
afterEach(async () => {
  await back();
  for (const client of clients.splice(0)) client.destroy();
  for (const gateway of gateways.splice(0)) await gateway.stop();
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), issuer?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function asAdmin(sql: string): Promise<void> {
  const { host, port, superuser } = postgres;
  const admin = await RawClient.open({ host, port, ...superuser, database: 'postgres' });
  await admin.rows(sql);
  admin.destroy();
}
async function away(): Promise<void> {
  await asAdmin('ALTER DATABASE state ALLOW_CONNECTIONS false');
  await asAdmin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'state'");
}
const back = () => asAdmin('ALTER DATABASE state ALLOW_CONNECTIONS true');

async function start(state: object, more: object = {}): Promise<GatewayProcess> {
  const { host, port, superuser } = postgres;
  const gateway = await startGatewayProcess({
    admin: { port: 0, administrators: ['principal:sam'] },
    identity: { issuers: [{ issuer: issuer.issuer, audience: 'portcullis' }] },
    policy: { open: true },
    state,
    resources: [
      {
        name: 'shop',
        upstream: { host, port, database: 'postgres', sslmode: 'disable' },
        credentials: {
          default: { kind: 'static', user: superuser.user, password_file: join(folder, 'password') },
        },
      },
    ],
    ...more,
  });
  gateways.push(gateway);
  return gateway;
}
const shared = (more: object) => ({
  url: `postgres://state@${postgres.host}:${postgres.port}/state`,
  password_file: join(folder, 'state-password'),
  ...more,
});

async function open({ host, port }: GatewayProcess, sub = 'ada'): Promise<RawClient> {
  const password = await issuer.token({ sub });
  const client = await RawClient.open({ host, port, user: 'token', database: 'shop', password });
  clients.push(client);
  return client;
}
const refusal = (gateway: GatewayProcess, sub?: string): Promise<string | undefined> =>
  open(gateway, sub).then(
    () => undefined,
    (error: unknown) => (error instanceof ServerError ? error.message : String(error)),
  );
async function api(gateway: GatewayProcess, method: string, path: string, body?: object): Promise<Response> {
  const authorization = `Bearer ${await issuer.token({ sub: 'sam' })}`;
  const url = `http://127.0.0.1:${gateway.adminPort}/v1/${path}`;
  return await fetch(url, {
    method,
    headers: { authorization },
    ...(body && { body: JSON.stringify(body) }),
  });
}
const revoke = (gateway: GatewayProcess, value: string) =>
  api(gateway, 'POST', 'revocations', { kind: 'principal', value });
const unknown = /^FATAL 58000: the database that says whose access was withdrawn cannot be reached/;
const answer = async (client: RawClient, sql: string) => summary(await client.query(sql));

test('denied: logins and statements are refused in words; sessions stay and go on when it is back', async () => {
  const gateway = await start(shared({ away_seconds: 0 }));
  const idle = await open(gateway);
  const open1 = await open(gateway);
  await open1.query('BEGIN');
  await away();
  await waitUntil('it to be noticed', async () => unknown.test((await refusal(gateway)) ?? ''));
  expect(await answer(idle, 'SELECT 1')).toMatch(/^E.*58000.* Z\(I\)$/);
  expect(await answer(open1, 'SELECT 1')).toMatch(/^E.*58000.* Z\(E\)$/);
  // What it holds there it can let go of.
  expect(await answer(open1, 'ROLLBACK')).toBe('C(ROLLBACK) Z(I)');
  expect((await api(gateway, 'GET', 'revocations')).status).toBe(503);
  expect((await fetch(`http://127.0.0.1:${gateway.adminPort}/health`)).status).toBe(503);
  await back();
  await waitUntil('it to be back', async () => (await refusal(gateway)) === undefined);
  expect(await idle.rows('SELECT 1')).toEqual([['1']]);
  expect(await open1.rows('SELECT 1')).toEqual([['1']]);
});

test('what was withdrawn while it was not heard from counts as soon as it is', async () => {
  const gateway = await start(shared({ when_away: 'keep' }));
  const session = await open(gateway, 'mallory');
  await revoke(gateway, 'eve');
  await away();
  await waitUntil('it to be noticed', () => gateway.logText().includes('state database not reached'));
  expect(await session.rows('SELECT 1')).toEqual([['1']]);
  expect(await refusal(gateway, 'bob')).toBeUndefined();
  expect(await refusal(gateway, 'eve')).toMatch(/login failed/);
  const { host, port, superuser } = postgres;
  await back();
  const other = await RawClient.open({ host, port, ...superuser, database: 'state' });
  clients.push(other);
  await other.rows(`INSERT INTO portcullis.revocation (id, kind, value, revoked_by)
    VALUES ('11111111-1111-4111-8111-111111111111', 'principal', 'mallory', 'sam')`);
  expect((await session.untilEnd()).at(-1)?.fields).toMatchObject({ M: 'your access was withdrawn' });
});

test('kept: a gateway that never reached it lets nobody in until it has', async () => {
  await away();
  const gateway = await start(shared({ when_away: 'keep' }));
  expect(await refusal(gateway)).toMatch(unknown);
  await back();
  await waitUntil('it to be reached', async () => (await refusal(gateway)) === undefined);
});

test('without one none is started to look; the first revocation starts it, and outlives the gateway', async () => {
  const data = join(folder, 'data');
  const gateway = await start({}, { workers: 2, data_dir: data });
  expect(await (await api(gateway, 'GET', 'revocations')).json()).toEqual({ revocations: [] });
  expect(await (await api(gateway, 'GET', 'agents')).json()).toEqual({ agents: [] });
  const sessions = await Promise.all(Array.from({ length: 6 }, () => open(gateway, 'eve')));
  expect(existsSync(join(data, 'state'))).toBe(false);
  expect((await revoke(gateway, 'eve')).status).toBe(201);
  for (const session of sessions)
    expect((await session.untilEnd()).at(-1)?.fields).toMatchObject({ M: 'your access was withdrawn' });
  await gateway.stop();
  const next = await start({}, { workers: 2, data_dir: data });
  expect(await refusal(next, 'eve')).toMatch(/login failed/);
  expect(await refusal(next, 'bob')).toBeUndefined();
});
