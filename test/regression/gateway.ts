// The gateway as the regression suite meets it: in this process, allowing everything and pinning nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../gateway/config/index.ts';
import { createLog, type LogLevel } from '../../gateway/lib/index.ts';
import { startGateway } from '../../gateway/server/index.ts';
import { allow, type Guard } from '../../gateway/session/index.ts';
import { startIssuer } from '../support/issuer.ts';
import type { Postgres } from '../support/postgres.ts';
import type { SuiteTarget } from './suite.ts';

// The suite itself changes the settings that a guard pins, and calls functions by their number.
const open: Guard = { decide: () => allow, pinned: {} };
const unpinned = (own: Guard): Guard => ({ ...own, pinned: {} });
const HOUR = 3600;

export type RegressionGatewayOptions = Readonly<{
  level?: LogLevel;
  /** The facts of every statement are read before it goes on, by a resolver that may see everything. */
  facts?: boolean;
}>;

export async function startRegressionGateway(
  server: Postgres,
  databases: readonly string[],
  { level = 'warn', facts = false }: RegressionGatewayOptions = {},
): Promise<SuiteTarget & Readonly<{ stop(): Promise<void> }>> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-regression-'));
  const issuer = await startIssuer();
  await writeFile(join(folder, 'password'), server.superuser.password, { mode: 0o600 });
  const superuser = { kind: 'static', user: server.superuser.user, password_file: 'password' };
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    limits: { connections_per_principal: 1000, statement_bytes: 1 << 30 },
    identity: {
      issuers: [{ issuer: issuer.issuer, audience: 'portcullis', jwks_file: issuer.jwksFile }],
    },
    policy: { open: true },
    resources: databases.map((name) => ({
      name,
      upstream: { host: server.host, port: server.port, database: name, sslmode: 'disable' },
      credentials: facts ? { default: superuser, resolver: superuser } : { default: superuser },
    })),
  };
  // JSON is YAML too.
  await writeFile(join(folder, 'portcullis.yaml'), JSON.stringify(config));
  const gateway = await startGateway(await loadConfig(join(folder, 'portcullis.yaml')), {
    log: createLog(level),
    guard: (own) => (facts ? unpinned(own) : open),
  });
  return {
    name: 'gateway',
    host: '127.0.0.1',
    port: gateway.port,
    user: 'token',
    password: await issuer.token({ sub: 'regression' }, { expiresIn: HOUR }),
    stop: async () => {
      await gateway.close();
      await issuer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
