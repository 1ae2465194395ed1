// A real PostgreSQL server for one test file: started in a fraction of a second, gone without a trace.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Certificates, createCertificates } from './certificates.ts';
import { findPostgres, type PostgresVersion, postgresOwner } from './postgres-binaries.ts';
import { createDataFolder } from './postgres-template.ts';
import { type Watchdog, watch } from './watchdog.ts';

const host = '127.0.0.1';
const superuser = { user: 'postgres', password: 'superuser-password-of-the-tests' } as const;

export type PostgresOptions = Readonly<{
  version?: PostgresVersion;
  /** Makes certificates and turns `ssl` on; TLS stays optional unless `hba` asks for it. */
  tls?: boolean;
  /** Settings as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
  /** Lines put before the ordinary ones of pg_hba.conf, which ask everybody for SCRAM. */
  hba?: string;
}>;

export type Postgres = Readonly<{
  version: PostgresVersion;
  host: string;
  port: number;
  pid: number;
  superuser: Readonly<{ user: string; password: string }>;
  /** The server's certificate and its authority, with `tls`. */
  certificates: Certificates | undefined;
  connectionString(database?: string): string;
  /** What the server has logged so far. */
  logText(): string;
  /** The same data behind another port, as a standby without a primary: sessions read, and nobody writes. */
  restartAsStandby(): Promise<Postgres>;
  stop(): Promise<void>;
}>;

export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const { version, folder: binaries } = await findPostgres(options.version ?? 15);
  const owner = postgresOwner();
  const data = await createDataFolder(binaries, superuser);
  if (options.hba !== undefined) await prepend(join(data, 'pg_hba.conf'), options.hba);
  const certificates = options.tls ? await createCertificates(data) : undefined;
  if (certificates && owner) await handOver(data, owner);
  const settings = {
    ...quickSettings,
    ...(certificates ? tlsSettings(certificates) : {}),
    ...options.settings,
  };
  await appendFile(join(data, 'postgresql.conf'), printSettings(settings));

  return serve({ version, binaries, data, certificates });
}

type Prepared = Readonly<{
  version: PostgresVersion;
  binaries: string;
  data: string;
  certificates: Certificates | undefined;
}>;
type Running = Readonly<{ server: ChildProcess; port: number; log: () => string; dog: Watchdog }>;

/** Another program may take the free port first: then there is another. */
async function serve(prepared: Prepared): Promise<Postgres> {
  const { version, binaries, data } = prepared;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port)], {
      ...postgresOwner(),
      cwd: data,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const dog = watch(server.pid as number, data);
    const log = collectLog(server);
    if (await waitUntilReady(server, log)) return describe(prepared, { server, port, log, dog });
    dog.release();
    if (attempt === 5 || !log().includes('Address already in use')) {
      await rm(data, { recursive: true, force: true });
      throw new Error(`PostgreSQL ${version} did not start:\n${log()}`);
    }
  }
}

function describe(prepared: Prepared, { server, port, log, dog }: Running): Postgres {
  const { version, data, certificates } = prepared;
  const pid = server.pid as number;
  const end = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const impatient = setTimeout(() => server.kill('SIGQUIT'), 10_000);
    const gone = once(server, 'exit');
    server.kill('SIGINT');
    await gone;
    clearTimeout(impatient);
  };
  return {
    version,
    host,
    port,
    pid,
    superuser,
    certificates,
    connectionString: (database = 'postgres') =>
      `postgres://${superuser.user}:${superuser.password}@${host}:${port}/${database}`,
    logText: log,
    async restartAsStandby() {
      await end();
      await writeFile(join(data, 'standby.signal'), '');
      dog.release();
      return serve(prepared);
    },
    async stop() {
      await end();
      await rm(data, { recursive: true, force: true });
      dog.release();
    },
  };
}

const quickSettings = {
  listen_addresses: host,
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '32MB',
  // Those of tests before may take a moment to go.
  max_connections: '300',
  log_line_prefix: '%m [%p] user=%u database=%d application=%a ',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

function tlsSettings({ cert, key, ca }: Certificates): Record<string, string> {
  return { ssl: 'on', ssl_cert_file: cert, ssl_key_file: key, ssl_ca_file: ca };
}

function printSettings(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

async function prepend(file: string, text: string): Promise<void> {
  await writeFile(file, `${text}\n${await readFile(file, 'utf8')}`);
}

/** The server accepts a private key only from its own user, and closed to others. */
async function handOver(data: string, owner: { uid: number; gid: number }): Promise<void> {
  for (const name of await readdir(data)) {
    if (!name.endsWith('.crt') && !name.endsWith('.key')) continue;
    await chown(join(data, name), owner.uid, owner.gid);
    await chmod(join(data, name), 0o600);
  }
}

/** The log pipe is read for as long as the server runs: a full one would block it. */
function collectLog(server: ChildProcess): () => string {
  let text = '';
  server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-16_000_000);
  });
  return () => text;
}

async function waitUntilReady(server: ChildProcess, log: () => string): Promise<boolean> {
  return new Promise((resolve) => {
    // Once its log is read to the end, which says why it did not start.
    server.once('close', () => resolve(false));
    server.once('error', () => resolve(false));
    server.stderr?.on('data', () => {
      if (/ready to accept (read-only )?connections/.test(log())) resolve(true);
    });
  });
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
