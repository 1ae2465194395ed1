// What the gateway costs without any policy or journal: every kind of traffic, against the database alone and two other proxies.
import { runPgbench } from '../loads/pgbench.ts';
import { runTransfers } from '../loads/transfer.ts';
import { takeRounds, type Workload } from '../rounds.ts';
import {
  type GatewayVariant,
  gatewayWithFacts,
  gatewayWithPolicy,
  openRoutes,
  type Route,
} from '../routes/index.ts';
import { tabulate } from '../section.ts';
import type { Bench, Section, Suite, SuiteResult } from '../suite.ts';
import type { Target } from '../targets.ts';

type WireWorkload = Workload & Readonly<{ title: string; targets: readonly Target[]; inQuick: boolean }>;

const relative: readonly Target[] = [
  { route: 'gateway', figure: 'rate', against: 'relay', atLeast: 0.9 },
  { route: 'gateway', figure: 'cpu', against: 'relay', atMost: 1.2 },
];

/** Where the same statements come again, and so do their decisions. */
const decided: readonly Target[] = [{ route: 'policy', figure: 'cpu', against: 'relay', atMost: 1.3 }];

const connecting: readonly Target[] = [{ route: 'gateway', figure: 'cpu', atMost: 0.002 }];

const quickPgbench = new Set(['simple-8', 'extended-8', 'prepared-1', 'prepared-8', 'prepared-32']);

export function wireWorkloads(seconds: number, repeats = 3): WireWorkload[] {
  const list: WireWorkload[] = [];
  for (const protocol of ['simple', 'extended', 'prepared'] as const) {
    for (const clients of [1, 8, 32]) {
      const name = `${protocol}-${clients}`;
      list.push({
        name,
        title: `${name}: pgbench -S -M ${protocol} -c ${clients}`,
        operation: 'transaction',
        targets: protocol === 'prepared' ? [...relative, ...decided] : relative,
        inQuick: quickPgbench.has(name),
        run: (route) => runPgbench(route, { protocol, clients }, seconds),
      });
    }
  }
  list.push({
    name: 'connect',
    title: 'connect: pgbench -S -C -c 2, a connection for each transaction, the same token every time',
    operation: 'connection',
    targets: connecting,
    inQuick: true,
    run: (route) => runPgbench(route, { protocol: 'simple', clients: 2, reconnect: true }, seconds),
  });
  list.push(
    transfer('rows', '500,000 rows, about 55 MB', 'select * from pgbench_accounts limit 500000', repeats),
  );
  list.push(transfer('value', 'one value of 100 MB', "select repeat('x', 104857600)", repeats));
  return list;
}

function transfer(name: string, what: string, sql: string, repeats: number): WireWorkload {
  return {
    name,
    title: `${name}: ${what}`,
    operation: 'transfer',
    targets: relative,
    inQuick: true,
    run: (route) => runTransfers(route, { sql, repeats }),
  };
}

/** The audit suite compares gateways that decide, with a journal and without. */
const withoutJournal = ({ name, configure }: GatewayVariant): GatewayVariant => ({
  name,
  configure: async (config) => ({ ...((await configure?.(config)) ?? config), audit: { mode: 'off' } }),
});

/** Just-in-time compilers and connection pools settle before the first round counts. */
async function warmUp(bench: Bench, routes: readonly Route[]): Promise<void> {
  bench.say('warming up');
  for (const route of routes) {
    for (const protocol of ['simple', 'extended', 'prepared'] as const) {
      await runPgbench(route, { protocol, clients: 8 }, 1).catch(() => {});
      if (bench.options.quick) break;
    }
  }
}

async function run(bench: Bench): Promise<SuiteResult> {
  const { quick, only, seconds } = bench.options;
  const wanted = wireWorkloads(seconds, quick ? 1 : 3).filter((workload) =>
    only.length > 0 ? only.some((prefix) => workload.name.startsWith(prefix)) : !quick || workload.inQuick,
  );
  if (wanted.length === 0) return { notes: [], sections: [], broken: [] };
  const named = [gatewayWithFacts, gatewayWithPolicy].filter(({ name }) =>
    bench.options.routes.includes(name),
  );
  const routes = await openRoutes(bench, [{ name: 'gateway' }, ...named].map(withoutJournal));
  try {
    await warmUp(bench, routes.list);
    const sections: Section[] = [];
    const notes = [...routes.notes, 'gateways without a journal: what that costs is measured by `-- audit`'];
    const broken = [...routes.broken];
    for (const workload of wanted) {
      const taken = await takeRounds(bench, workload, routes.list);
      broken.push(...taken.broken);
      if (taken.rounds.length === 0) notes.push(`${workload.name}: not measured`);
      else sections.push(tabulate(taken, { ...workload, routes: routes.list, baseline: 'relay' }));
    }
    return { notes, sections, broken };
  } finally {
    await routes.close();
  }
}

export const suite: Suite = {
  summary: 'the gateway without policy and journal against direct, PgBouncer and a bare relay',
  run,
};
