// The stage of the session tests: PostgreSQL, an issuer and a gateway in this process, with a guard that the test sets.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { type Config, loadConfig } from '../../gateway/config/index.ts';
import { type Clock, type Log, systemClock } from '../../gateway/lib/index.ts';
import { type Gateway, startGateway } from '../../gateway/server/index.ts';
import { allow, type Decide, type Guard, type Statement } from '../../gateway/session/index.ts';
import { type Certificates, createCertificates } from '../support/certificates.ts';
import { closeGate, type Gate } from '../support/gate.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { type Postgres, type PostgresOptions, startPostgres } from '../support/postgres.ts';
import { RawClient, type RawConnectOptions, type RawLogin } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';

/** The gateway's own login to the database; no client may ever see its password. */
export const upstreamUser = 'gateway_login';
export const upstreamPassword = 'upstream-password-that-nobody-sees';

type OpenOptions = Partial<RawConnectOptions & RawLogin> & { resource?: string };
export type LogLine = Readonly<Record<string, unknown> & { msg: string }>;

export type StageOptions = Readonly<{
  postgres?: PostgresOptions;
  /** SQL that the superuser runs in the database before anybody connects. */
  schema?: string;
  /** Merged over the ordinary configuration, one level deep. */
  config?: Readonly<Record<string, object | number | string>>;
  tls?: boolean;
  clock?: Clock;
  pinned?: Guard['pinned'];
  filters?: boolean;
}>;

export class Stage {
  readonly postgres: Postgres;
  readonly issuer: TestIssuer;
  readonly folder: string;
  readonly certificates: Certificates;
  readonly lines: LogLine[] = [];
  /** What the guard was shown since `resetGuard`. */
  readonly seen: Statement[] = [];
  decide: Decide = () => allow;
  /** The resources of which a session has committed a change of the schema. */
  readonly schemaChanges: string[] = [];
  gateway!: Gateway;
  #options: StageOptions;
  #opened: RawClient[] = [];
  /** Clients that don't keep what they read. */
  #unkept = new WeakSet<RawClient>();

  private constructor(
    options: StageOptions,
    parts: { postgres: Postgres; issuer: TestIssuer; folder: string; certificates: Certificates },
  ) {
    this.#options = options;
    this.postgres = parts.postgres;
    this.issuer = parts.issuer;
    this.folder = parts.folder;
    this.certificates = parts.certificates;
  }

  static async start(options: StageOptions = {}): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-stage-'));
    const [postgres, issuer, certificates] = await Promise.all([
      startPostgres({ settings: { log_statement: 'all' }, ...options.postgres }),
      startIssuer(),
      createCertificates(folder),
    ]);
    const stage = new Stage(options, { postgres, issuer, folder, certificates });
    const admin = await stage.admin();
    await admin.rows(`CREATE ROLE ${upstreamUser} LOGIN PASSWORD '${upstreamPassword}'`);
    await admin.rows(`CREATE DATABASE shop OWNER ${upstreamUser}`);
    if (options.schema !== undefined) {
      const owner = await stage.direct();
      for (const statement of options.schema.split(';\n')) await owner.rows(statement);
    }
    stage.gateway = await startGateway(await stage.loadConfig(), {
      log: stage.log(),
      guard: () => stage.guard,
      clock: options.clock ?? systemClock,
    });
    return stage;
  }

  get guard(): Guard {
    const pinned = this.#options.pinned ?? { client_encoding: 'UTF8', standard_conforming_strings: 'on' };
    return {
      pinned,
      filters: this.#options.filters === true,
      decide: (statement) => {
        this.seen.push(statement);
        return this.decide(statement);
      },
      onSchemaChange: (resource) => this.schemaChanges.push(resource),
    };
  }

  get address(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.gateway.port };
  }

  /** Forgets what the guard was shown, and lets it allow everything. */
  resetGuard(): void {
    this.seen.length = 0;
    this.decide = () => allow;
  }

  resource(name: string, port = this.postgres.port): object {
    return {
      name,
      upstream: { host: '127.0.0.1', port, database: 'shop', sslmode: 'disable' },
      credentials: { default: { kind: 'static', user: upstreamUser, password_file: 'upstream-password' } },
    };
  }

  async loadConfig(changes: Readonly<Record<string, object | number | string>> = {}): Promise<Config> {
    const base: Record<string, object | number | string> = {
      listen: {
        host: '127.0.0.1',
        port: 0,
        ...(this.#options.tls ? { tls: { cert: 'server.crt', key: 'server.key' } } : {}),
      },
      log: { level: 'debug' },
      limits: {},
      identity: { issuers: [{ issuer: this.issuer.issuer, audience: 'portcullis' }] },
      policy: { open: true },
      resources: [this.resource('shop')],
    };
    for (const [key, value] of Object.entries({ ...this.#options.config, ...changes })) {
      base[key] =
        Array.isArray(value) || typeof value !== 'object' ? value : { ...(base[key] as object), ...value };
    }
    await writeFile(join(this.folder, 'upstream-password'), `${upstreamPassword}\n`);
    const file = join(this.folder, 'portcullis.yaml');
    await writeFile(file, stringify(base));
    return loadConfig(file);
  }

  log(): Log {
    return pino({ level: 'debug' }, { write: (line: string) => this.lines.push(JSON.parse(line)) });
  }

  /** The log line with this message, once it is there. */
  logged(msg: string, fields: Readonly<Record<string, unknown>> = {}): Promise<LogLine> {
    return waitUntil(`the log line "${msg}"`, () =>
      this.lines.find(
        (line) =>
          line.msg === msg && Object.entries(fields).every(([name, value]) => Object.is(line[name], value)),
      ),
    );
  }

  /** A client of the gateway, logged in with a token of the principal `alice` unless the options say otherwise. */
  async open(options: OpenOptions = {}): Promise<RawClient> {
    return this.#keep(
      await RawClient.open({
        ...this.address,
        user: 'token',
        database: options.resource ?? 'shop',
        password: options.password ?? (await this.issuer.token()),
        ...options,
      }),
      options.keep,
    );
  }

  /** A connection to the gateway on which nothing was sent yet. */
  async connect(options: Partial<RawConnectOptions> = {}): Promise<RawClient> {
    return this.#keep(await RawClient.connect({ ...this.address, ...options }));
  }

  /** A client of the server itself, as the same database user and under the same application name. */
  async direct(options: OpenOptions = {}): Promise<RawClient> {
    return this.#keep(
      await RawClient.open({
        host: this.postgres.host,
        port: this.postgres.port,
        user: upstreamUser,
        password: upstreamPassword,
        database: 'shop',
        ...options,
        parameters: { application_name: 'alice', ...options.parameters },
      }),
    );
  }

  async admin(database = 'postgres'): Promise<RawClient> {
    const { host, port, superuser } = this.postgres;
    return this.#keep(await RawClient.open({ host, port, ...superuser, database, keep: false }), false);
  }

  /** Rows of pg_stat_activity of the gateway's logins, by the superuser. */
  async backends(where = 'true'): Promise<(string | null)[][]> {
    const admin = await this.admin();
    try {
      return await admin.rows(
        `SELECT pid, state, query FROM pg_stat_activity WHERE usename = '${upstreamUser}' AND (${where})`,
      );
    } finally {
      await admin.end();
    }
  }

  /** Until a session of the gateway sleeps in `pg_sleep`: its statement runs, and what came before it is sent. */
  untilSleeping(): Promise<unknown> {
    return waitUntil('the statement to run', async () => (await this.backends("wait_event = 'PgSleep'"))[0]);
  }

  /** A statement that runs until the test ends it. */
  closeGate(): Promise<Gate> {
    const { host, port, superuser } = this.postgres;
    return closeGate({ host, port, ...superuser, database: 'shop' });
  }

  /** Ends every client that the test opened, and looks for the credential in all they received; for afterEach. */
  hangUp(): void {
    this.resetGuard();
    for (const client of this.#opened.splice(0)) {
      client.destroy();
      if (this.#unkept.has(client)) continue;
      if (client.receivedBytes.includes(upstreamPassword))
        throw new Error('a client was sent the credential');
    }
  }

  async stop(): Promise<void> {
    this.hangUp();
    await this.gateway?.close();
    if (JSON.stringify(this.lines).includes(upstreamPassword))
      throw new Error('the log holds the credential');
    await Promise.all([this.postgres.stop(), this.issuer.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  #keep(client: RawClient, kept = true): RawClient {
    this.#opened.push(client);
    if (!kept) this.#unkept.add(client);
    return client;
  }
}
