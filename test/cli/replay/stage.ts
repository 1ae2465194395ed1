// A gateway that records everything, psql in front of it, and what auditors have: the journal, the recordings, the key.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freshRecordingKeys } from '../../../gateway/audit/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../../support/issuer.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { runCli } from '../run-cli.ts';

const run = promisify(execFile);

export type Replayed = Readonly<{ code: number; stdout: string; stderr: string }>;

export class ReplayStage {
  readonly gateway: GatewayProcess;
  readonly folder: string;
  readonly #postgres: Postgres;
  readonly #issuer: TestIssuer;

  private constructor(
    parts: Readonly<{ gateway: GatewayProcess; folder: string; postgres: Postgres; issuer: TestIssuer }>,
  ) {
    this.gateway = parts.gateway;
    this.folder = parts.folder;
    this.#postgres = parts.postgres;
    this.#issuer = parts.issuer;
  }

  /** `audit`: of the configuration, beside the key. */
  static async start(
    audit: object = {},
    rest: object = {},
    recordings: object = {},
    version: 15 | 18 = 15,
  ): Promise<ReplayStage> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-replay-'));
    const [postgres, issuer] = await Promise.all([startPostgres({ version }), startIssuer()]);
    const { privatePem, publicPem } = freshRecordingKeys();
    await writeFile(join(folder, 'auditor.pem'), privatePem);
    await writeFile(join(folder, 'gateway.pub'), publicPem);
    await writeFile(join(folder, 'password'), postgres.superuser.password ?? '');
    const { host, port, superuser } = postgres;
    const gateway = await startGatewayProcess({
      data_dir: join(folder, 'data'),
      identity: { issuers: [{ issuer: issuer.issuer, audience: 'portcullis' }] },
      admin: { port: 0, administrators: ['group:security'] },
      policy: { open: true },
      resources: [
        {
          name: 'shop',
          upstream: { host, port, database: 'postgres', sslmode: 'disable' },
          credentials: {
            default: { kind: 'static', user: superuser.user, password_file: join(folder, 'password') },
          },
        },
      ],
      audit: {
        record: 'full',
        ...audit,
        recordings: { public_key_file: join(folder, 'gateway.pub'), ...recordings },
      },
      ...rest,
    });
    return new ReplayStage({ gateway, folder, postgres, issuer });
  }

  token(claims: object = {}): Promise<string> {
    return this.#issuer.token({ sub: 'ada', ...claims });
  }

  /** Where a client logs in. */
  async login(): Promise<
    Readonly<{ host: string; port: number; user: string; password: string; database: string }>
  > {
    const { host, port } = this.gateway;
    return { host, port, user: 'token', password: await this.token(), database: 'shop' };
  }

  /** What psql prints of these, as one session. */
  async psql(statements: readonly string[]): Promise<Readonly<{ stdout: string; stderr: string }>> {
    const { host, port, user, password, database } = await this.login();
    const words = ['-X', '-h', host, '-p', String(port), '-U', user, '-d', database];
    const env = { ...process.env, PGPASSWORD: password, PGCLIENTENCODING: 'UTF8', LC_ALL: 'C.UTF-8' };
    const asked = statements.flatMap((statement) => ['-c', statement]);
    return await run('psql', [...words, ...asked], { env, maxBuffer: 1 << 28, timeout: 20_000 });
  }

  get journals(): string {
    return join(this.folder, 'data', 'audit');
  }

  get recordings(): string {
    return join(this.folder, 'data', 'recordings');
  }

  /** All events there are, in the order of their times. */
  async events(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const names = (await readdir(this.journals, { recursive: true })).filter((name) =>
      name.endsWith('.jsonl'),
    );
    const texts = await Promise.all(names.sort().map((name) => readFile(join(this.journals, name), 'utf8')));
    const lines = texts.flatMap((text) => text.split('\n').filter((line) => line.startsWith('{"version"')));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The session that ended last, once all of it is on the record. */
  async lastSession(): Promise<string> {
    for (let left = 200; left > 0; left--) {
      const events = await this.events();
      const opened = events.findLast(({ type }) => type === 'session.opened');
      if (
        opened !== undefined &&
        events.some((event) => event.type === 'session.ended' && event.session === opened.session)
      )
        return String(opened.session);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('no session has ended');
  }

  async replay(session: string, words: readonly string[] = ['--plain']): Promise<Replayed> {
    const key = words.includes('--key') ? [] : ['--key', join(this.folder, 'auditor.pem')];
    return await runCli(['replay', session, '--audit', this.journals, ...key, ...words]);
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await Promise.all([this.#postgres.stop(), this.#issuer.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
