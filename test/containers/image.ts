// The image, built from this checkout, running in front of a real PostgreSQL and a real issuer.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { stringify } from 'yaml';
import { createCertificates } from '../support/certificates.ts';
import { startIssuer } from '../support/issuer.ts';
import { startPostgres } from '../support/postgres.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const mounted = '/etc/portcullis';

export type Image = Readonly<{
  container: StartedTestContainer;
  port: number;
  ca: string;
  token(): Promise<string>;
  log(): string;
  stop(): Promise<void>;
}>;

export async function startImage(): Promise<Image> {
  // The lane stops what it starts; a reaper would be one more image to fetch.
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  const built = await GenericContainer.fromDockerfile(checkout).build('portcullis:test', {
    deleteOnExit: false,
  });
  const [postgres, issuer] = await Promise.all([startPostgres(), startIssuer()]);
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-container-'));
  const certificates = await createCertificates(folder);
  const port = await freePort();
  const jwks = await readFile(issuer.jwksFile, 'utf8');
  const files = {
    'portcullis.yaml': stringify(configuration(port, postgres.port, issuer.issuer)),
    'jwks.json': jwks,
    password: postgres.superuser.password,
    'tls.crt': await readFile(certificates.cert, 'utf8'),
    'tls.key': await readFile(certificates.key, 'utf8'),
  };

  let log = '';
  const container = await built
    .withNetworkMode('host')
    .withEnvironment({ PORTCULLIS_HEALTH_PORT: String(port) })
    .withCopyContentToContainer(
      Object.entries(files).map(([name, content]) => ({
        content,
        target: `${mounted}/${name}`,
        mode: 0o644,
      })),
    )
    .withLogConsumer((stream) => stream.on('data', (chunk) => (log += chunk)))
    .withWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(120_000)
    .start();

  return {
    container,
    port,
    ca: await readFile(certificates.ca, 'utf8'),
    token: () => issuer.token({ sub: 'alice' }),
    log: () => log,
    async stop() {
      await container.stop({ remove: true }).catch(() => undefined);
      await Promise.all([postgres.stop(), issuer.stop(), rm(folder, { recursive: true })]);
    },
  };
}

function configuration(port: number, databasePort: number, issuer: string): object {
  return {
    listen: { host: '127.0.0.1', port, tls: { cert: 'tls.crt', key: 'tls.key' } },
    data_dir: '/var/lib/portcullis',
    identity: { issuers: [{ issuer, audience: 'portcullis', jwks_file: 'jwks.json' }] },
    policy: { open: true },
    resources: [
      {
        name: 'orders',
        upstream: { host: '127.0.0.1', port: databasePort, database: 'postgres', sslmode: 'disable' },
        credentials: { default: { kind: 'static', user: 'postgres', password_file: 'password' } },
      },
    ],
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
