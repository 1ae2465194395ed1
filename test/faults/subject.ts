// What the lane torments: the gateway as a process of its own, or a bare relay that shows the lane itself is right.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createCertificates } from '../support/certificates.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import type { startIssuer } from '../support/issuer.ts';
import type { RawAddress, RawConnectOptions, RawLogin } from '../support/raw-client.ts';

/** The roles of the database behind every resource. */
export const roles = {
  app: 'password-of-app',
  /** A role with CONNECTION LIMIT, to see the server's own refusal. */
  limited: 'password-of-limited',
} as const;
export const DATABASE = 'faults';
export const LIMITED_CONNECTIONS = 20;

/** `faulty` is reached through the fault proxy between gateway and server. */
export type ResourceName = 'plain' | 'limited' | 'faulty';

export type Target = RawConnectOptions & RawLogin;

export type Subject = Readonly<{
  name: 'gateway' | 'relay';
  pid: number;
  target(resource?: ResourceName): Target;
  /** Only the gateway has one: signals, reload, log. */
  gateway: GatewayProcess | undefined;
  stop(): Promise<void>;
}>;

export type Upstreams = Readonly<{ server: RawAddress; faulty: RawAddress }>;
export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

export function gatewayConfig(upstreams: Upstreams, issuer: Issuer, overrides: object = {}): object {
  const resource = (name: ResourceName, address: RawAddress, user: keyof typeof roles): object => ({
    name,
    upstream: { host: address.host, port: address.port, database: DATABASE, sslmode: 'disable' },
    credentials: { default: { kind: 'static', user, password_file: join(secretsFolder(issuer), user) } },
  });
  const folder = secretsFolder(issuer);
  const { limits = {}, ...rest } = overrides as { limits?: object };
  return {
    listen: { tls: { cert: join(folder, 'server.crt'), key: join(folder, 'server.key') } },
    log: { level: 'info' },
    limits: {
      connections: 4000,
      connections_per_principal: 4000,
      failed_logins_per_minute: 100_000,
      linger_seconds: 2,
      ...limits,
    },
    identity: { issuers: [{ issuer: issuer.issuer, audience: 'portcullis', jwks_file: issuer.jwksFile }] },
    policy: { open: true },
    resources: [
      resource('plain', upstreams.server, 'app'),
      resource('limited', upstreams.server, 'limited'),
      resource('faulty', upstreams.faulty, 'app'),
    ],
    ...rest,
  };
}

export async function startGatewaySubject(
  upstreams: Upstreams,
  issuer: Issuer,
  overrides: object = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Subject> {
  for (const [name, password] of Object.entries(roles)) {
    await writeFile(join(secretsFolder(issuer), name), password, { mode: 0o600 });
  }
  if (!existsSync(join(secretsFolder(issuer), 'server.crt'))) await createCertificates(secretsFolder(issuer));
  const gateway = await startGatewayProcess(gatewayConfig(upstreams, issuer, overrides), { env });
  const token = await issuer.token({ sub: 'faults' }, { expiresIn: 7200 });
  return {
    name: 'gateway',
    pid: gateway.pid,
    gateway,
    target: (resource = 'plain') => ({
      host: gateway.host,
      port: gateway.port,
      user: 'token',
      password: token,
      database: resource,
    }),
    stop: () => gateway.stop(),
  };
}

export async function startRelaySubject({ server, faulty }: Upstreams): Promise<Subject> {
  const relay = spawn(process.execPath, [
    join(import.meta.dirname, 'relay.ts'),
    ...[server, faulty].map(({ host, port }) => `${host}:${port}`),
  ]);
  relay.stderr.pipe(process.stderr);
  const [line] = await once(createInterface({ input: relay.stdout }), 'line');
  const [plain, broken] = JSON.parse(line) as number[];
  return {
    name: 'relay',
    pid: relay.pid as number,
    gateway: undefined,
    target: (resource = 'plain') => {
      const user = resource === 'limited' ? 'limited' : 'app';
      const port = (resource === 'faulty' ? broken : plain) as number;
      return { host: '127.0.0.1', port, user, password: roles[user], database: DATABASE };
    },
    stop: async () => {
      relay.kill('SIGKILL');
      await once(relay, 'exit');
    },
  };
}

/** Next to the issuer's key set, a temporary folder that the issuer removes when it stops. */
function secretsFolder(issuer: Issuer): string {
  return join(issuer.jwksFile, '..');
}
