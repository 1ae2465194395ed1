// What scenarios of the audit share: a gateway on one folder of data that is started again and again, the database that it
// serves, which logs what it executes, and the sinks.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpSql } from '../../../gateway/audit/index.ts';
import { answerJson, type HttpService, startHttpService } from '../../audit/sinks/http-service.ts';
import { type Files, PolicyStage } from '../../server/policy-stage.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import type { RawClient } from '../../support/raw-client.ts';
import { waitUntil, within } from '../../support/wait.ts';
import { startWire, type Wire } from '../../support/wire.ts';
import { check } from '../scenario.ts';
import { Collected } from './collected.ts';
import { areEnded } from './record.ts';
import { ServerLog } from './server-log.ts';

const schema = `CREATE TABLE work (n int, body text);
CREATE TABLE forbidden (n int);
ALTER ROLE app SET log_statement = 'all'`;
const rules: Files = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "faults.everything"}
decision := {"effect": "deny", "rule": "faults.forbidden", "reason": "nobody reads it"} if {
  some relation in input.statement.relations
  relation.name == "forbidden"
}`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "faults.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "allow", "rule": "faults.anybody"}`,
};
const role = 'audit_writer';

export type AuditOfProcess = Readonly<{
  chain: string;
  events: number;
  open_statements: number;
  writable: boolean;
  full: boolean;
  sinks: readonly Readonly<{
    name: string;
    state: 'ok' | 'away';
    because?: string;
    problem?: string;
    behind: number;
    oldest_seconds: number;
  }>[];
  /** Journals of processes that are gone, while they are being finished. */
  left: readonly object[];
}>;
export type Health = Readonly<{
  ready: boolean;
  reason?: string;
  processes: readonly Readonly<{ audit: AuditOfProcess }>[];
}>;

export class AuditHouse {
  readonly policy: PolicyStage;
  readonly dataDir: string;
  readonly log: ServerLog;
  /** A service over HTTP that keeps what it is sent, unless a scenario says otherwise. */
  readonly service: HttpService;
  readonly collected: Collected;
  /** Between the gateways and their state database. */
  readonly state: Wire;
  readonly #gateways: GatewayProcess[] = [];

  private constructor(policy: PolicyStage, service: HttpService, collected: Collected, state: Wire) {
    this.policy = policy;
    this.dataDir = join(policy.folder, 'data');
    this.log = new ServerLog(() => policy.serverLog);
    this.service = service;
    this.collected = collected;
    this.state = state;
  }

  /** `keepsLines`: of the service, all that it is sent. */
  static async during<T>(use: (house: AuditHouse) => Promise<T>, keepsLines = false): Promise<T> {
    const cache = await mkdtemp(join(tmpdir(), 'portcullis-compiled-'));
    const before = process.env.NODE_COMPILE_CACHE;
    process.env.NODE_COMPILE_CACHE = cache;
    const policy = await PolicyStage.start(schema, rules);
    // Its place is taken by those that a scenario starts, which find compiled what it leaves.
    await policy.gateway.stop();
    const collected = new Collected({ keepsLines });
    const service = await keepingService(collected);
    const state = await startWire(policy.databases);
    const house = new AuditHouse(policy, service, collected, state);
    try {
      await house.#prepare();
      return await use(house);
    } finally {
      policy.hangUp();
      await house.end();
      state.stop();
      await service.stop();
      await policy.stop();
      if (before === undefined) delete process.env.NODE_COMPILE_CACHE;
      else process.env.NODE_COMPILE_CACHE = before;
      await rm(cache, { recursive: true, force: true });
    }
  }

  async #prepare(): Promise<void> {
    const password = await readFile(join(this.policy.folder, 'password'), 'utf8');
    const admin = await this.policy.admin();
    await admin.rows("ALTER SYSTEM SET log_line_prefix = '%c/%l '");
    await admin.rows('SELECT pg_reload_conf()');
    await admin.rows('CREATE DATABASE audit');
    const audit = await this.policy.admin('audit');
    await audit.rows(setUpSql({ role, database: 'audit' }));
    await audit.rows(`ALTER ROLE ${role} PASSWORD '${password}'`);
    admin.destroy();
    audit.destroy();
  }

  /** Of the configuration. */
  get database(): object {
    const { port } = this.policy.databases;
    return {
      ...{ name: 'database', kind: 'postgres', batch: { seconds: 0.05 } },
      url: `postgres://${role}@127.0.0.1:${port}/audit`,
      password_file: join(this.policy.folder, 'password'),
    };
  }

  /** Of the configuration. */
  get http(): object {
    return { name: 'service', kind: 'http', url: this.service.url, batch: { seconds: 0.05 } };
  }

  /** On the same folder of data each time. */
  async start(audit: object, changes: object = {}): Promise<GatewayProcess> {
    const gateway = await this.policy.startAnother(this.state, {
      changes: { data_dir: this.dataDir, log: { level: 'info' }, audit, ...changes },
    });
    this.#gateways.push(gateway);
    return gateway;
  }

  /** Whatever gateways there are. */
  async end(): Promise<void> {
    for (const gateway of this.#gateways.splice(0)) {
      gateway.signal('SIGKILL');
      await gateway.stop();
    }
  }

  /** Ends it as a service manager does; it has to end well. */
  async drain(gateway: GatewayProcess): Promise<void> {
    gateway.signal('SIGTERM');
    const { code, signal } = await within(60_000, 'a gateway to drain', gateway.exited);
    check(code === 0, `a gateway that was told to end did so with ${code ?? signal}`);
  }

  open(gateway: GatewayProcess, claims: object = {}): Promise<RawClient> {
    return this.policy.open(claims, gateway);
  }

  async health(gateway: GatewayProcess): Promise<Health> {
    return (await (await fetch(`http://127.0.0.1:${gateway.adminPort}/health`)).json()) as Health;
  }

  async audit(gateway: GatewayProcess): Promise<AuditOfProcess> {
    const [process] = (await this.health(gateway)).processes;
    if (process === undefined) throw new Error('no process answers');
    return process.audit;
  }

  /** The value of a metric of a sink. */
  async metric(gateway: GatewayProcess, name: string, sink: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${gateway.adminPort}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(`sink="${sink}"`));
    return Number(line?.split(' ').at(-1));
  }

  /** Until every sink has everything of every process, and of those that are gone. */
  async shipped(gateway: GatewayProcess): Promise<void> {
    const chains = (await this.health(gateway)).processes.map(({ audit }) => audit.chain);
    await waitUntil('what is left of others to be finished', () => areEnded(this.dataDir, chains));
    await waitUntil('every sink to have everything', async () => {
      const { processes } = await this.health(gateway);
      return processes.every(
        ({ audit: { sinks, left } }) => left.length === 0 && sinks.every(({ behind }) => behind === 0),
      );
    });
  }
}

/** Stores what it is sent, and says how much that was. */
export const keepingService = (collected: Collected): Promise<HttpService> =>
  startHttpService(({ body, headers }, response) => {
    collected.take(body);
    return answerJson(response, 200, { stored: Number(headers['x-events']) });
  });
