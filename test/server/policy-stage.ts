// A gateway that a signed bundle decides for, in front of a database of its own.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolverRoleSql } from '../../gateway/catalog/index.ts';
import { buildBundle, createSigningKey, type SigningKey } from '../support/build-bundle.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { RawClient } from '../support/raw-client.ts';
import type { RawAddress } from '../support/raw-socket.ts';

export type Files = Readonly<Record<string, string>>;

export type ApiAnswer = Readonly<{
  status: number;
  document: Readonly<{
    id: string;
    status: string;
    approvals: readonly Readonly<{ id: string; status: string; statement: string }>[];
    error: Readonly<{ message: string }>;
  }>;
}>;

export type Health = Readonly<{
  ready: boolean;
  reason?: string;
  processes: readonly Readonly<{ sessions: number; policy: Readonly<{ tracks: readonly object[] }> }>[];
}>;

const password = 'password-of-the-tests';

export class PolicyStage {
  gateway!: GatewayProcess;
  readonly folder: string;
  /** Of the configuration; another one counts from the next `decideBy`. */
  approvals: object = { remind_seconds: 1 };
  /** Likewise. */
  audit: object = {};
  /** What the configuration says of the state beside where it is. */
  state: object = {};
  readonly #postgres: Postgres;
  readonly #issuer: TestIssuer;
  readonly #key: SigningKey;
  readonly #clients: RawClient[] = [];
  readonly #workers: number;
  #published = 0;

  private constructor(
    parts: Readonly<{
      folder: string;
      postgres: Postgres;
      issuer: TestIssuer;
      key: SigningKey;
      workers: number;
    }>,
  ) {
    this.folder = parts.folder;
    this.#postgres = parts.postgres;
    this.#issuer = parts.issuer;
    this.#key = parts.key;
    this.#workers = parts.workers;
  }

  /** `schema` runs as the superuser, beside the roles `app` and `app_reader` which the gateway logs in as. */
  static async start(
    schema: string,
    policy: Files | undefined,
    workers = 1,
    version: 15 | 18 = 15,
  ): Promise<PolicyStage> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-policy-'));
    const [postgres, issuer, key] = await Promise.all([
      startPostgres({ version }),
      startIssuer(),
      createSigningKey(folder, 'ES256'),
    ]);
    const stage = new PolicyStage({ folder, postgres, issuer, key, workers });
    await writeFile(join(folder, 'password'), password);
    const admin = await stage.admin();
    await admin.rows(`CREATE ROLE app LOGIN PASSWORD '${password}'; CREATE ROLE app_reader LOGIN PASSWORD '${password}';
      ${schema};
      GRANT ALL ON ALL TABLES IN SCHEMA public TO app; GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_reader; GRANT app_reader TO app`);
    const role = { role: 'resolver', database: 'postgres', schemas: ['public'] };
    await admin.rows(`${resolverRoleSql(role)} ALTER ROLE resolver PASSWORD '${password}'`);
    await admin.rows(`CREATE ROLE state LOGIN PASSWORD '${password}'`);
    await admin.rows('CREATE DATABASE state OWNER state');
    if (policy !== undefined) await stage.publish(policy);
    stage.gateway = await startGatewayProcess(stage.#config());
    return stage;
  }

  /** Puts another bundle where the gateway looks for it; what it says of it stands in its log. */
  async publish(files: Files): Promise<string> {
    this.#published += 1;
    const revision = `r${this.#published}`;
    const entrypoints = [
      'gateway/statement/decision',
      'gateway/connect/decision',
      'gateway/approve/decision',
      ...('gateway/access.rego' in files ? ['gateway/access/decision'] : []),
    ];
    const bundle = await buildBundle({ files, entrypoints, revision, signing: { key: this.#key } });
    await writeFile(join(this.folder, 'bundle.part'), bundle);
    await rename(join(this.folder, 'bundle.part'), join(this.folder, 'bundle.tar.gz'));
    return revision;
  }

  /** Logged in as this principal. */
  async open(
    claims: object = {},
    gateway = this.gateway,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<RawClient> {
    const password = await this.token(claims);
    const { host, port } = gateway;
    const login = { user: 'token', database: 'shop', password, parameters };
    return this.#keep(await RawClient.open({ host, port, ...login }));
  }

  /** What a principal logs in with. */
  token(claims: object = {}): Promise<string> {
    return this.#issuer.token({ sub: 'ada', ...claims });
  }

  /** As this principal, to the admin side. */
  async ask(
    claims: object,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
    gateway = this.gateway,
  ): Promise<ApiAnswer> {
    const authorization = `Bearer ${await this.#issuer.token({ sub: 'ada', ...claims })}`;
    const url = `http://127.0.0.1:${gateway.adminPort}/v1/${path}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, document: (await answer.json()) as ApiAnswer['document'] };
  }

  /** Another gateway in front of the same databases, which reaches the one of the state at `stateAddress`. */
  async startAnother(
    stateAddress: RawAddress = this.#postgres,
    { changes = {}, env = {} }: Readonly<{ changes?: object; env?: Readonly<Record<string, string>> }> = {},
  ): Promise<GatewayProcess> {
    return await startGatewayProcess({ ...this.#config('bundle', stateAddress), ...changes }, { env });
  }

  /** What a gateway of its own would be started with. */
  get configuration(): object {
    return this.#config();
  }

  /** Where the databases are. */
  get databases(): RawAddress {
    return this.#postgres;
  }

  /** What the server behind the gateways has logged. */
  get serverLog(): string {
    return this.#postgres.logText();
  }

  async admin(database = 'postgres'): Promise<RawClient> {
    const { host, port, superuser } = this.#postgres;
    return this.#keep(await RawClient.open({ host, port, ...superuser, database }));
  }

  /** The gateway that held this request was killed: now it is gone for the others, as it is after their patience. */
  async declareGone(request: string): Promise<void> {
    const state = await this.admin('state');
    await state.rows(`UPDATE portcullis.process SET alive_until = clock_timestamp()
      WHERE id = (SELECT process_id FROM portcullis.request WHERE id = '${request}')`);
  }

  /** What a probe is told. */
  async health(): Promise<{ status: number; document: Health }> {
    const answer = await fetch(`http://127.0.0.1:${this.gateway.adminPort}/health`);
    return { status: answer.status, document: (await answer.json()) as Health };
  }

  hangUp(): void {
    for (const client of this.#clients.splice(0)) client.destroy();
  }

  async stop(): Promise<void> {
    this.hangUp();
    await this.gateway?.stop();
    await Promise.all([this.#postgres.stop(), this.#issuer.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What the gateway is told, with the bundle that decides, or with none that does. */
  async decideBy(what: 'bundle' | 'nothing'): Promise<void> {
    await this.gateway.reload(this.#config(what));
  }

  #config(decides: 'bundle' | 'nothing' = 'bundle', stateAddress: RawAddress = this.#postgres): object {
    const credential = (user: string) => ({
      kind: 'static',
      user,
      password_file: join(this.folder, 'password'),
    });
    const { host, port } = this.#postgres;
    const url = join(this.folder, 'bundle.tar.gz');
    const bundle = { name: 'main', url, signing: { key: this.#key.publicFile } };
    return {
      workers: this.#workers,
      state: {
        ...this.state,
        url: `postgres://state@${stateAddress.host}:${stateAddress.port}/state`,
        password_file: join(this.folder, 'password'),
      },
      approvals: this.approvals,
      audit: this.audit,
      admin: { port: 0, administrators: ['group:security'] },
      identity: { issuers: [{ issuer: this.#issuer.issuer, audience: 'portcullis' }] },
      policy: decides === 'nothing' ? { open: true } : { bundles: [bundle] },
      resources: [
        {
          name: 'shop',
          upstream: { host, port, database: 'postgres', sslmode: 'disable' },
          credentials: {
            default: credential('app'),
            readonly: credential('app_reader'),
            acting: { ...credential('app'), role: 'app_reader' },
            resolver: credential('resolver'),
          },
          labels: { env: 'test' },
        },
      ],
    };
  }

  #keep(client: RawClient): RawClient {
    this.#clients.push(client);
    return client;
  }
}
