// A resource whose upstream is no place for questions: they go to its primary, and statements to the upstream.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { RawClient } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';

let servers: readonly Postgres[] = [];
let issuer: TestIssuer;
let gateway: GatewayProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-primary-'));
  issuer = await startIssuer();
  // On a standby every transaction is read-only, and a function can't be made.
  const readOnly = { log_statement: 'all', default_transaction_read_only: 'on' };
  servers = [
    await startPostgres({ settings: readOnly }),
    await startPostgres({ settings: { log_statement: 'all' } }),
  ];
  const [upstream, primary] = await Promise.all(
    servers.map(async ({ host, port, superuser }, at) => {
      await writeFile(join(folder, `password-${at}`), superuser.password);
      return { host, port, database: 'postgres', sslmode: 'disable' };
    }),
  );
  const credential = (at: number) => ({
    kind: 'static',
    user: servers[at]?.superuser.user,
    password_file: join(folder, `password-${at}`),
  });
  gateway = await startGatewayProcess({
    identity: { issuers: [{ issuer: issuer.issuer, audience: 'portcullis' }] },
    policy: { open: true },
    resources: [
      { name: 'shop', upstream, primary, credentials: { default: credential(0), resolver: credential(1) } },
    ],
  });
  await waitUntil('the catalog is loaded', async () => gateway.logText().includes('catalog version'));
});
afterAll(async () => {
  await gateway?.stop();
  await Promise.all([issuer?.stop(), ...servers.map((server) => server.stop())]);
  await rm(folder, { recursive: true, force: true });
});

test('statements are analyzed on the primary', async () => {
  const { host, port } = gateway;
  const client = await RawClient.open({
    ...{ host, port, user: 'token', database: 'shop', password: await issuer.token() },
  });
  expect(await client.rows('SELECT 40 + 2 AS answered_here')).toEqual([['42']]);
  client.destroy();
  const [upstream, primary] = servers.map((server) => server.logText());
  expect(primary).toMatch(/^\tSELECT 40 \+ 2 AS answered_here/m);
  expect(upstream).toContain('SELECT 40 + 2 AS answered_here');
  expect(upstream).not.toContain('CREATE FUNCTION');
});
