// What scenarios of approvals share: two gateways on one state database, one of them by a wire that breaks, and whoever answers.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Files, PolicyStage } from '../../server/policy-stage.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import { frontend, type RawClient } from '../../support/raw-client.ts';
import { waitUntil, within } from '../../support/wait.ts';
import { startWire, type Wire } from '../../support/wire.ts';
import { atMost, check } from '../scenario.ts';
import { type StateServer, startStateServer } from './state-server.ts';

const terms = JSON.stringify({
  ...{ approvers: ['group:dba'], count: 1, expires_in: 600, scope: 'statement', uses: 1 },
});
/** Writes wait, and nothing else does. */
export const rules: Files = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "faults.reads"}
decision := {"effect": "require_approval", "rule": "faults.writes", "approval": ${terms}} if {
  count(input.statement.writes) > 0
}`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "faults.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "allow", "rule": "faults.anybody"}`,
};
export const approver = { sub: 'dora', groups: ['dba'] };
/** For whatever has to come. */
const PATIENCE = 60_000;

/** A statement that waits on its session. */
export type Held = Readonly<{ n: number; client: RawClient }>;

export class ApprovalHouse {
  readonly policy: PolicyStage;
  readonly state: StateServer;
  readonly wire: Wire;
  /** Reaches the state database by the wire. */
  gateway: GatewayProcess;
  /** Reaches it directly. */
  readonly other: GatewayProcess;
  #last = 0;

  private constructor(
    policy: PolicyStage,
    state: StateServer,
    wire: Wire,
    gateways: readonly [GatewayProcess, GatewayProcess],
  ) {
    this.policy = policy;
    this.state = state;
    this.wire = wire;
    [this.gateway, this.other] = gateways;
  }

  /** `approvals`: of the configuration. */
  static async during<T>(use: (house: ApprovalHouse) => Promise<T>, approvals: object = {}): Promise<T> {
    const policy = await PolicyStage.start('CREATE TABLE runs (n int)', rules);
    const rest: { stop(): unknown }[] = [];
    try {
      policy.approvals = { remind_seconds: 1, ...approvals };
      const state = await startStateServer(await readFile(join(policy.folder, 'password'), 'utf8'));
      rest.push(state);
      const wire = await startWire(state);
      rest.push(wire);
      const gateway = await policy.startAnother(wire);
      rest.push(gateway);
      const other = await policy.startAnother(state);
      rest.push(other);
      return await use(new ApprovalHouse(policy, state, wire, [gateway, other]));
    } finally {
      policy.hangUp();
      for (const each of rest.reverse()) await each.stop();
      await policy.stop();
    }
  }

  /** So many statements, each on a session of its own, which has been told that it waits. */
  async hold(count: number, gateway = this.gateway): Promise<readonly Held[]> {
    const numbers = Array.from({ length: count }, () => {
      this.#last += 1;
      return this.#last;
    });
    return await atMost(50, numbers, async (n) => {
      const client = await this.policy.open({}, gateway);
      client.send(frontend.query(`INSERT INTO runs VALUES (${n})`));
      const told = (await client.until('N', PATIENCE)).at(-1);
      check(told?.type === 'N', () => `statement ${n} was told ${told}`);
      return { n, client };
    });
  }

  /** The id of the request that a statement waits for, as the state has it. */
  async request({ n }: Held): Promise<string> {
    const rows = await this.state.ask(
      `SELECT id FROM portcullis.request WHERE shown->>'statement' = 'INSERT INTO runs VALUES (${n})'
       ORDER BY created_at DESC LIMIT 1`,
    );
    return rows[0]?.[0] ?? 'none';
  }

  async statusOf(held: readonly Held[]): Promise<Readonly<Record<string, number>>> {
    const texts = held.map(({ n }) => `'INSERT INTO runs VALUES (${n})'`).join(', ');
    const rows = await this.state.ask(
      `SELECT status, count(*) FROM portcullis.request WHERE shown->>'statement' IN (${texts}) GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(([status, count]) => [status ?? '', Number(count)]));
  }

  untilAll(held: readonly Held[], status: string): Promise<unknown> {
    return waitUntil(`all ${held.length} to be ${status}`, async () => {
      const { [status]: count = 0 } = await this.statusOf(held);
      return count === held.length;
    });
  }

  /** The answer's status: 200 where it counts. */
  async answer(id: string, verb: 'approve' | 'deny' = 'approve', gateway = this.other): Promise<number> {
    const { policy } = this;
    return (await policy.ask(approver, 'POST', `approvals/${id}/${verb}`, undefined, gateway)).status;
  }

  /** `ran`, or why not. */
  async outcome({ client, n }: Held): Promise<string> {
    const said = await within(PATIENCE, `an answer to statement ${n}`, client.until('Z', PATIENCE));
    return said.find(({ type }) => type === 'E')?.fields.C ?? 'ran';
  }

  async ranTimes(): Promise<ReadonlyMap<number, number>> {
    const admin = await this.policy.admin();
    const rows = await admin.rows('SELECT n, count(*) FROM runs GROUP BY n');
    admin.destroy();
    return new Map(rows.map(([n, count]) => [Number(n), Number(count)]));
  }

  /** Those that ran did so once, and the others didn't. */
  async checkRan(ran: readonly Held[], not: readonly Held[] = []): Promise<void> {
    const times = await this.ranTimes();
    for (const { n } of ran) check(times.get(n) === 1, () => `statement ${n} ran ${times.get(n) ?? 0} times`);
    for (const { n } of not) check(!times.has(n), () => `statement ${n} ran ${times.get(n)} times`);
  }
}

/** How often each came. */
export function counted(outcomes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const each of outcomes) counts.set(each, (counts.get(each) ?? 0) + 1);
  return Array.from(counts, ([what, count]) => `${count} ${what}`).join(', ');
}
