// Where the programs connect: a PostgreSQL with TLS and a password, and the gateway in front of it with a token.

import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccessKey } from '../../gateway/identity/index.ts';
import { buildBundle } from '../support/build-bundle.ts';
import { createCertificates } from '../support/certificates.ts';
import { startGatewayProcess } from '../support/gateway.ts';
import { startIssuer } from '../support/issuer.ts';
import { startPostgres } from '../support/postgres.ts';
import { approvingPolicy } from './approving-policy.ts';
import { sources } from './build.ts';
import { runCommand } from './command.ts';
import { maskingPolicy } from './masking-policy.ts';

/** The environment variables that libpq made common; every program reads its target from them. */
export type Target = Readonly<Record<string, string>>;

/** The gateway that holds, and how whoever is asked reaches it. */
export type Approving = Readonly<{ target: Target; api: string; token: string }>;

export type Targets = Readonly<{
  direct: Target;
  gateway: Target;
  /** For clients that can't carry a token. */
  accessKey: Target;
  /** For libpq 18: the user of OAUTHBEARER, no password, and the token apart. */
  oauth: Target;
  /** A database whose sample is stored as masks make it, and the gateway that masks it. */
  masks(): Promise<Readonly<{ stored: Target; masked: Target }>>;
  /** A gateway at which what was written waits for people before it is committed. */
  approvals(): Promise<Approving>;
  /** A token that expires while a statement runs, and that statement. */
  expiring(): Promise<Target>;
  gatewayLog(): string;
  stop(): Promise<void>;
}>;

const DATABASE = 'shop';
const USER = 'app';
const STATE = 'portcullis_state';
const STORED_MASKED = 'shop_masked';
const PASSWORD = 'the-password-that-no-client-sees';
const PRINCIPAL = 'agent:clients';
const HOUR = 3600;

export async function startTargets(workers: number, facts = false): Promise<Targets> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-clients-'));
  const certificates = await createCertificates(folder);
  const stranger = join(folder, 'stranger.crt');
  await copyFile((await createCertificates(await mkdtemp(join(folder, 'stranger-')))).ca, stranger);
  const server = await startPostgres({ tls: true, settings: { max_connections: '150' } });
  const issuer = await startIssuer({ tls: await readPair(certificates) });
  await createRole(server);
  await createDatabase(server, DATABASE);

  await writeFile(join(folder, 'password'), PASSWORD, { mode: 0o600 });
  // It sees whatever the programs make; a resolver's own role needs USAGE on their schemas.
  const { superuser } = server;
  const resolverPassword = join(folder, 'resolver-password');
  await writeFile(resolverPassword, superuser.password, { mode: 0o600 });
  const keys = join(folder, 'keys.json');
  const key = await createAccessKey(keys, {
    name: PRINCIPAL,
    kind: 'service',
    groups: ['clients'],
    scopes: [],
    expires: undefined,
  });
  const configuration = {
    workers,
    listen: { tls: { cert: certificates.cert, key: certificates.key } },
    limits: { connections_per_principal: 500, failed_logins_per_minute: 10_000 },
    identity: {
      clock_skew_seconds: 0,
      issuers: [
        { issuer: issuer.issuer, audience: 'portcullis', ca: certificates.ca, oauth: { scope: 'openid' } },
      ],
      access_keys: { file: keys },
    },
    resources: [
      {
        name: DATABASE,
        upstream: {
          ...{ host: server.host, port: server.port, database: DATABASE },
          ...{ sslmode: 'verify-full', ca: server.certificates?.ca },
        },
        credentials: {
          default: { kind: 'static', user: USER, password_file: join(folder, 'password') },
        },
      },
    ],
  };
  const resolver = { kind: 'static', user: superuser.user, password_file: resolverPassword };
  const gateway = await startGatewayProcess({
    ...(facts ? withResolver(configuration, resolver) : configuration),
    policy: { open: true },
  });
  let approving: Awaited<ReturnType<typeof startGatewayProcess>> | undefined;
  let masking: Awaited<ReturnType<typeof startGatewayProcess>> | undefined;

  const common = {
    PGHOST: 'localhost',
    PGDATABASE: DATABASE,
    PGSSLMODE: 'verify-full',
    CLIENTS_OTHER_CA: stranger,
  };
  const behind = { ...common, PGPORT: String(gateway.port), PGSSLROOTCERT: certificates.ca };
  const token = await issuer.token({ sub: PRINCIPAL }, { expiresIn: 2 * HOUR });
  return {
    direct: {
      ...common,
      ...{ PGPORT: String(server.port), PGSSLROOTCERT: server.certificates?.ca ?? '' },
      ...{ PGUSER: USER, PGPASSWORD: PASSWORD },
    },
    gateway: { ...behind, PGUSER: 'token', PGPASSWORD: token },
    accessKey: { ...behind, PGUSER: key.id, PGPASSWORD: key.secret },
    oauth: {
      ...behind,
      PGUSER: 'oauth',
      PGPASSWORD: '',
      CLIENTS_TOKEN: token,
      CLIENTS_ISSUER: issuer.issuer,
    },
    expiring: async () => ({
      ...behind,
      PGUSER: 'token',
      PGPASSWORD: await issuer.token({ sub: PRINCIPAL }, { expiresIn: 8 }),
      CLIENTS_LAST_STATEMENT: 'select pg_sleep(30)',
    }),
    gatewayLog: gateway.logText,
    async masks() {
      if (masking === undefined) {
        const bundle = join(folder, 'masking.tar.gz');
        const entrypoints = ['statement', 'connect', 'approve'].map((phase) => `gateway/${phase}/decision`);
        await writeFile(bundle, await buildBundle({ files: maskingPolicy, entrypoints }));
        await createDatabase(server, STORED_MASKED, 'masked-samples.sql');
        masking = await startGatewayProcess({
          ...withResolver(configuration, resolver),
          policy: { bundles: [{ name: 'masking', url: bundle, unsigned: true }] },
        });
      }
      const direct = { PGPORT: String(server.port), PGSSLROOTCERT: server.certificates?.ca ?? '' };
      return {
        stored: { ...common, ...direct, PGUSER: USER, PGPASSWORD: PASSWORD, PGDATABASE: STORED_MASKED },
        masked: { ...behind, PGPORT: String(masking.port), PGUSER: 'token', PGPASSWORD: token },
      };
    },
    async approvals() {
      const bundle = join(folder, 'approving.tar.gz');
      const entrypoints = ['statement', 'connect', 'approve'].map((phase) => `gateway/${phase}/decision`);
      await writeFile(bundle, await buildBundle({ files: approvingPolicy, entrypoints }));
      await psql(server, 'postgres', '-c', `create database ${STATE} owner ${USER}`);
      await psql(server, DATABASE, '-c', `set role ${USER}`, '-c', 'create table approvals (note text)');
      approving ??= await startGatewayProcess({
        ...withResolver(configuration, resolver),
        admin: { port: 0 },
        approvals: { remind_seconds: 1 },
        state: {
          url: `postgres://${USER}@${server.host}:${server.port}/${STATE}`,
          password_file: join(folder, 'password'),
        },
        policy: { bundles: [{ name: 'approving', url: bundle, unsigned: true }] },
      });
      return {
        target: { ...behind, PGPORT: String(approving.port), PGUSER: 'token', PGPASSWORD: token },
        api: `http://127.0.0.1:${approving.adminPort}/v1/approvals`,
        token: await issuer.token({ sub: 'dora', groups: ['dba'] }, { expiresIn: 2 * HOUR }),
      };
    },
    async stop() {
      await approving?.stop();
      await masking?.stop();
      await gateway.stop();
      await issuer.stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readPair({
  cert,
  key,
}: {
  cert: string;
  key: string;
}): Promise<{ cert: string; key: string }> {
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}

type Configuration = Readonly<{
  resources: readonly Readonly<{ credentials: Readonly<Record<string, object>> }>[];
}>;

const withResolver = <T extends Configuration>(configuration: T, resolver: object): T => ({
  ...configuration,
  resources: configuration.resources.map((resource) => ({
    ...resource,
    credentials: { ...resource.credentials, resolver },
  })),
});

type Server = Readonly<{ connectionString(database?: string): string }>;

const createRole = (server: Server): Promise<void> =>
  psql(server, 'postgres', '-c', `create role ${USER} login password '${PASSWORD}'`);

/** With the samples, and whatever other files make of them. */
async function createDatabase(server: Server, name: string, ...files: readonly string[]): Promise<void> {
  await psql(server, 'postgres', '-c', `create database ${name} owner ${USER}`);
  const scripts = ['samples.sql', ...files].flatMap((file) => ['-f', join(sources, file)]);
  await psql(server, name, '-c', `set role ${USER}`, ...scripts);
}

async function psql(server: Server, database: string, ...args: string[]): Promise<void> {
  const target = server.connectionString(database);
  const { code, errors } = await runCommand(
    { program: 'psql', args: ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', target, ...args] },
    30_000,
  );
  if (code !== 0) throw new Error(`the database could not be made ready: ${errors}`);
}
