// The gateway as the regression suite meets it: in this process, with a guard that allows everything and pins nothing.
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

// The suite itself changes the settings that a policy's guard would pin.
const guard: Guard = { decide: () => allow, pinned: {} };
const HOUR = 3600;

export async function startRegressionGateway(
  server: Postgres,
  databases: readonly string[],
  level: LogLevel = 'warn',
): Promise<SuiteTarget & Readonly<{ stop(): Promise<void> }>> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-regression-'));
  const issuer = await startIssuer();
  await writeFile(join(folder, 'password'), server.superuser.password, { mode: 0o600 });
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    limits: { connections_per_principal: 1000, statement_bytes: 1 << 30 },
    identity: {
      issuers: [{ issuer: issuer.issuer, audience: 'portcullis', jwks_file: issuer.jwksFile }],
    },
    resources: databases.map((name) => ({
      name,
      upstream: { host: server.host, port: server.port, database: name, sslmode: 'disable' },
      credentials: {
        default: { kind: 'static', user: server.superuser.user, password_file: 'password' },
      },
    })),
  };
  // JSON is YAML too.
  await writeFile(join(folder, 'portcullis.yaml'), JSON.stringify(config));
  const gateway = await startGateway(await loadConfig(join(folder, 'portcullis.yaml')), {
    log: createLog(level),
    guard,
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
