// The database with a gateway in front of it that decides by the profile, and everything that can happen to that gateway.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundle, createSigningKey, type SigningKey } from '../support/build-bundle.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import type { PostgresVersion } from '../support/postgres-binaries.ts';
import { frontend, RawClient } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import type { Announcement, Login } from './announcement.ts';
import { isServed, type Target } from './connection.ts';
import { database, resolver, ScoreDatabase } from './database.ts';
import { policyFiles } from './profile/policy-files.ts';
import { agent, type Profile, type ScoreGateway, type ScoreStage, type UpstreamRole } from './score-stage.ts';

export type StageOptions = Readonly<{
  version: PostgresVersion;
  /** SQL, played into the template in this order. */
  seeds: readonly string[];
  /** gw_app may make temporary tables and schemas. */
  mayMakeTables: boolean;
}>;

type Health = Readonly<{
  processes: readonly Readonly<{
    policy: Readonly<{ tracks: readonly Readonly<{ revision?: string }>[] }>;
  }>[];
}>;

/** Longer than any runner is pointed at it. */
const DAYS = 30 * 24 * 3600;
/** The gateway's own database, and the role that owns it. */
const state = 'portcullis_state';
const entrypoints = ['gateway/statement/decision', 'gateway/connect/decision', 'gateway/approve/decision'];

export class Stage implements ScoreStage {
  readonly database: ScoreDatabase;
  readonly #issuer: TestIssuer;
  /** Of tokens that open one connection each. */
  readonly #strictIssuer: TestIssuer;
  readonly #key: SigningKey;
  readonly #folder: string;
  #gateway: GatewayProcess | undefined;
  #published = 0;
  #hasChangedPolicy = false;
  readonly gateway: ScoreGateway = {
    reloadPolicy: (labels) => this.#reloadPolicy(labels),
    approve: (sql, values) => this.#approve(sql, values),
  };

  private constructor(
    own: ScoreDatabase,
    [issuer, strictIssuer]: readonly [TestIssuer, TestIssuer],
    key: SigningKey,
    folder: string,
  ) {
    this.database = own;
    this.#issuer = issuer;
    this.#strictIssuer = strictIssuer;
    this.#key = key;
    this.#folder = folder;
  }

  static async start({ version, ...options }: StageOptions): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-score-'));
    const [own, issuer, strictIssuer, key] = await Promise.all([
      ScoreDatabase.start(version, options),
      startIssuer(),
      startIssuer(),
      createSigningKey(folder, 'ES256'),
    ]);
    for (const { user, password } of [...roles, resolver]) await writeFile(join(folder, user), password);
    await writeFile(join(folder, state), state);
    await own.createDatabase(state);
    const stage = new Stage(own, [issuer, strictIssuer], key, folder);
    await stage.#publish();
    await stage.#serve();
    return stage;
  }

  /** Every role and profile is at hand. */
  lacks(): undefined {
    return undefined;
  }

  /** A client that logs in at the gateway with a token. */
  async client(role: UpstreamRole, profile: Profile): Promise<Target> {
    const groups = profile === 'metadata_hidden' ? [] : ['catalog-readers'];
    const issuer = profile === 'sender_constrained' ? this.#strictIssuer : this.#issuer;
    const password = await issuer.token(
      { sub: agent, agent_kind: 'agent', groups, jti: randomUUID() },
      { expiresIn: DAYS },
    );
    const { host, port } = this.#running;
    return {
      host,
      port,
      user: 'token',
      password,
      database: role === 'gw_super' ? `${database}_super` : database,
    };
  }

  async renew(setup?: string): Promise<void> {
    await this.#gateway?.stop();
    await this.database.renew(setup);
    if (this.#hasChangedPolicy) await this.#publish();
    this.#hasChangedPolicy = false;
    await this.#serve();
  }

  async renewDatabase(): Promise<void> {
    await this.database.renew();
    await waitUntil('the gateway to serve', () => this.isAlive()).catch((timeout: Error) => {
      throw new Error(`${timeout.message}; it says:\n${this.#running.logText().slice(-4000)}`);
    });
  }

  async #reloadPolicy(labels: readonly string[] = []): Promise<void> {
    this.#hasChangedPolicy = true;
    const revision = await this.#publish(labels);
    await waitUntil(`the policy ${revision} to decide`, async () => {
      const answer = await fetch(`http://127.0.0.1:${this.#running.adminPort}/health`);
      const { processes } = (await answer.json()) as Health;
      // The bundle is named before it decides: the track says which one does.
      return processes.every(({ policy }) => policy.tracks.every((track) => track.revision === revision));
    });
  }

  async #approve(sql: string, values: readonly string[]): Promise<void> {
    const client = await RawClient.open(await this.client('gw_app', 'default'));
    await client.query('BEGIN');
    client.send(frontend.parse(sql), frontend.bind({ values }), frontend.execute(), frontend.sync());
    for (let message = await client.receive(); message.type !== 'Z'; message = await client.receive()) {
      const [, id] = (message.type === 'N' && /approve ([\da-f]{8})/.exec(message.fields.H ?? '')) || [];
      if (id !== undefined) await this.#agree(id);
    }
    await client.query('ROLLBACK');
    await client.end();
  }

  /** Somebody who is asked to does. `start`: of the request's id. */
  async #agree(start: string): Promise<void> {
    const claims = { sub: 'approver-of-the-score', groups: ['portcullis-approvers'] };
    const headers = { authorization: `Bearer ${await this.#issuer.token(claims)}` };
    const url = `http://127.0.0.1:${this.#running.adminPort}/v1/approvals`;
    const listed = (await (await fetch(url, { headers })).json()) as { approvals: readonly { id: string }[] };
    const id = listed.approvals.find((request) => request.id.startsWith(start))?.id ?? start;
    await fetch(`${url}/${id}/approve`, { method: 'POST', headers });
  }

  async isAlive(): Promise<boolean> {
    return await isServed(await this.client('gw_app', 'default'));
  }

  /** What somebody else needs who plays items here. */
  async announcement(): Promise<Announcement> {
    const login = async (role: UpstreamRole, profile: Profile): Promise<Login> => {
      const { user, password, database } = await this.client(role, profile);
      return { user, password, database };
    };
    const { host, port } = this.#running;
    return {
      event: 'ready',
      host,
      port,
      admin_dsn: this.database.adminDsn,
      database,
      credentials: {
        gw_app: await login('gw_app', 'default'),
        gw_super: await login('gw_super', 'default'),
        gw_app_metadata_hidden: await login('gw_app', 'metadata_hidden'),
      },
    };
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop();
    await Promise.all([this.database.stop(), this.#issuer.stop(), this.#strictIssuer.stop()]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** For who looks at what it leaves behind. */
  get process(): GatewayProcess {
    return this.#running;
  }

  get #running(): GatewayProcess {
    if (this.#gateway === undefined) throw new Error('no gateway is running');
    return this.#gateway;
  }

  async #serve(): Promise<void> {
    this.#gateway = await startGatewayProcess(this.#config());
    // The first statement waits for the catalog: no item's time should have that in it.
    await waitUntil('the gateway to serve', () => this.isAlive());
  }

  async #publish(labels: readonly string[] = []): Promise<string> {
    this.#published += 1;
    const revision = `score-${this.#published}`;
    const files = await policyFiles(labels);
    const bundle = await buildBundle({ files, entrypoints, revision, signing: { key: this.#key } });
    await writeFile(join(this.#folder, 'bundle.part'), bundle);
    await rename(join(this.#folder, 'bundle.part'), join(this.#folder, 'bundle.tar.gz'));
    return revision;
  }

  #config(): object {
    const credential = (user: string) => ({ kind: 'static', user, password_file: join(this.#folder, user) });
    // A superuser's login was given by mistake: its sessions act as the other one all the same.
    const acting = (role: UpstreamRole) =>
      role === 'gw_super' ? { ...credential(role), role: 'gw_app' } : credential(role);
    const { host, port } = this.database.postgres;
    const resource = (name: string, role: UpstreamRole) => ({
      name,
      upstream: { host, port, database, sslmode: 'disable' },
      credentials: { default: acting(role), resolver: credential(resolver.user) },
      // Some items change a view beside the gateway and have it read at once.
      catalog_look: 'every_statement',
    });
    return {
      admin: { port: 0 },
      state: {
        url: `postgres://${state}@${host}:${port}/${state}`,
        password_file: join(this.#folder, state),
      },
      limits: { failed_logins_per_minute: 10_000 },
      identity: {
        issuers: [
          { issuer: this.#issuer.issuer, audience: 'portcullis' },
          { issuer: this.#strictIssuer.issuer, audience: 'portcullis', single_use: true },
        ],
      },
      policy: {
        bundles: [
          { name: 'main', url: join(this.#folder, 'bundle.tar.gz'), signing: { key: this.#key.publicFile } },
        ],
      },
      resources: [resource(database, 'gw_app'), resource(`${database}_super`, 'gw_super')],
    };
  }
}

const roles = (['gw_app', 'gw_super'] as const).map((user) => ({ user, password: user }));
