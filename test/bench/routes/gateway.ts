// The gateway as a user runs it: `serve --config`, plaintext on loopback, a token as the password.
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGatewayProcess } from '../../support/gateway.ts';
import { startIssuer } from '../../support/issuer.ts';
import { type RunningGateway, UsageError } from '../options.ts';
import { buildStarterBundle, type StarterBundle } from '../policy/starter-bundle.ts';
import type { Database } from './database.ts';
import type { Route } from './route.ts';

export type GatewayVariant = Readonly<{
  name: string;
  /** Changes the plain configuration: a suite's policy, its masks. */
  configure?: (config: GatewayConfig) => object | Promise<object>;
  env?: Readonly<Record<string, string>>;
}>;

/** The facts of every statement are read before it goes on. */
export const gatewayWithFacts: GatewayVariant = {
  name: 'facts',
  configure: withResolver,
};

/** The policy that the gateway ships decides, with two thousand labelled columns. */
export const gatewayWithPolicy: GatewayVariant = {
  name: 'policy',
  configure: (config) => withBundle(config, buildStarterBundle()),
};

export async function withBundle(
  config: GatewayConfig,
  built: Promise<StarterBundle>,
): Promise<GatewayConfig> {
  const { file, remove } = await built;
  const url = path.join(path.dirname(String(config.data_dir)), 'bundle.tar.gz');
  await copyFile(file, url);
  await remove();
  return { ...withResolver(config), policy: { bundles: [{ name: 'starter', url, unsigned: true }] } };
}

function withResolver(config: GatewayConfig): object {
  return {
    ...config,
    resources: (config.resources as readonly ResourceConfig[]).map((resource) => ({
      ...resource,
      credentials: { ...resource.credentials, resolver: resource.credentials.default },
    })),
  };
}

type ResourceConfig = Readonly<{ credentials: Readonly<Record<string, object>> }>;

export type GatewayConfig = Readonly<Record<string, unknown>>;

const tokenSeconds = 7_200;

export async function openGateway(database: Database, variant: GatewayVariant): Promise<Route> {
  const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-bench-gateway-'));
  const issuer = await startIssuer();
  const release = async () => {
    await issuer.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const passwordFile = path.join(folder, 'password');
    await writeFile(passwordFile, database.password, { mode: 0o600 });
    const plain = plainConfig(database, issuer.issuer, folder, passwordFile);
    const config = (await variant.configure?.(plain)) ?? plain;
    const gateway = await startGatewayProcess(config, { env: { ...variant.env } });
    return {
      name: variant.name,
      host: gateway.host,
      port: gateway.port,
      user: 'token',
      password: await issuer.token({ sub: 'bench', agent_kind: 'service' }, { expiresIn: tokenSeconds }),
      database: 'bench',
      pid: gateway.pid,
      stop: async () => {
        await gateway.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function plainConfig(
  database: Database,
  issuer: string,
  folder: string,
  passwordFile: string,
): GatewayConfig {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    workers: 1,
    data_dir: path.join(folder, 'data'),
    identity: { issuers: [{ issuer, audience: 'portcullis' }] },
    policy: { open: true },
    resources: [
      {
        name: 'bench',
        upstream: {
          host: database.host,
          port: database.port,
          database: database.database,
          sslmode: 'disable',
        },
        credentials: { default: { kind: 'static', user: database.user, password_file: passwordFile } },
      },
    ],
  };
}

/** A gateway that somebody else started and keeps: where it is comes by flag, how to log in by libpq's variables. */
export function adoptGateway(running: RunningGateway, env: NodeJS.ProcessEnv): Route {
  const { PGUSER: user = 'token', PGPASSWORD: password, PGDATABASE: database = 'bench' } = env;
  if (password === undefined) throw new UsageError('--gateway needs PGPASSWORD: a token that it accepts');
  return { name: 'gateway', ...running, user, password, database, stop: async () => {} };
}
