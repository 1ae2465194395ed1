// What statements that wait for approval cost: the gateway that holds them, and the sessions beside them.
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareDatabase, waitingGateways } from '../approvals/gateways.ts';
import { HeldSessions, type Step } from '../approvals/held-sessions.ts';
import { runPgbench } from '../loads/pgbench.ts';
import { readUsage } from '../process-usage.ts';
import { takeRounds, type Workload } from '../rounds.ts';
import { findFreePort } from '../routes/free-port.ts';
import { openDatabase, openGateway, type Route } from '../routes/index.ts';
import { tabulate } from '../section.ts';
import type { Bench, Section, Suite, TargetResult } from '../suite.ts';
import type { Target } from '../targets.ts';

const held = { usually: 2_000, quick: 500 };
/** Beside what an idle session takes. */
const kilobytesAtMost = 32;
const growthAtMost = 1.25;
const idleMillisecondsAtMost = 20;
/** Several times the longest of what comes again and again. */
const IDLE_MS = 20_000;

const targets: readonly Target[] = [
  { route: 'held', figure: 'cpu', against: 'empty', atMost: 1.1 },
  // With as many clients all the time, the rate is the latency turned upside down.
  { route: 'held', figure: 'rate', against: 'empty', atLeast: 1 / 1.1 },
];

export const suite: Suite = {
  summary: `${held.usually} statements that wait for approval, and the sessions beside them`,
  async run(bench) {
    const { only, quick, upstream } = bench.options;
    if (only.length > 0 && !only.some((name) => 'held'.startsWith(name)))
      return { notes: [], sections: [], broken: [] };
    const count = quick ? held.quick : held.usually;
    bench.say('approvals: starting the database and two gateways');
    const database = await openDatabase(upstream, count + 300);
    const routes: Route[] = [];
    try {
      await prepareDatabase(database);
      const inspectorPorts = [await findFreePort(), await findFreePort()] as const;
      for (const variant of waitingGateways(database, inspectorPorts))
        routes.push(await openGateway(database, variant));
      const sessions = new HeldSessions(routes[1] as Route, inspectorPorts[1]);
      const sections = await measure(bench, routes, sessions, count);
      return { notes: [`PostgreSQL ${database.version}`], sections, broken: [] };
    } catch (error) {
      return { notes: [], sections: [], broken: [`approvals: ${(error as Error).message}`] };
    } finally {
      for (const route of routes.reverse()) await route.stop();
      await database.stop();
    }
  },
};

function workloads(seconds: number): readonly Workload[] {
  return (['prepared', 'simple'] as const).map((protocol) => ({
    name: `held-${protocol}`,
    operation: 'transaction',
    run: (route) => runPgbench(route, { protocol, clients: 8 }, seconds),
  }));
}

/** What it does by itself: who has lost their right, what was answered, whose time is over. */
async function idleCpu(bench: Bench, routes: readonly Route[]): Promise<Section> {
  bench.say('approvals: idle');
  const cpu = () => routes.map(({ pid = 0 }) => readUsage(pid).cpuSeconds);
  const before = cpu();
  await sleep(IDLE_MS);
  const perSecond = cpu().map((after, at) => ((after - (before[at] ?? 0)) / IDLE_MS) * 1e6);
  const [empty = Number.NaN, held = Number.NaN] = perSecond;
  return {
    title: 'held: what a gateway uses while nothing comes',
    rows: routes.map(({ name }, at) => ({ route: name, 'CPU ms/s': perSecond[at] })),
    targets: [
      {
        what: 'CPU that statements take while they wait',
        limit: `at most ${idleMillisecondsAtMost} ms a second`,
        measured: `${(held - empty).toFixed(1)} ms a second`,
        passed: held - empty <= idleMillisecondsAtMost,
      },
    ],
    data: perSecond,
  };
}

async function measure(
  bench: Bench,
  routes: readonly Route[],
  sessions: HeldSessions,
  count: number,
): Promise<readonly Section[]> {
  const loads = workloads(bench.options.seconds);
  // What is compiled as it runs, and the first decision on the statement, don't count.
  for (const each of routes) for (const load of loads) await load.run(each);
  const steps: Step[] = [];
  const take = async (what: string, act: () => Promise<Step>) => {
    bench.say(`approvals: ${what}`);
    steps.push(await act());
  };
  const sections: Section[] = [];
  try {
    await take('nothing', () => sessions.rest());
    await take(`opening ${count} sessions`, () => sessions.open(count));
    await take('sending what waits', () => sessions.hold());
    sections.push(await idleCpu(bench, routes));
    for (const load of loads) {
      const title = `${load.name}: pgbench -S -M ${load.name.slice(5)} -c 8, beside ${count} statements that wait`;
      const taken = await takeRounds(bench, load, routes);
      sections.push(tabulate(taken, { title, routes, baseline: 'empty', targets }));
    }
    await take('after the load', () => sessions.rest());
    await take('cancelling all', () => sessions.cancel());
    await take('closing all', () => sessions.close());
    await take('sending as much again', () => again(sessions, count));
  } finally {
    await sessions.close();
  }
  return [...sections, describe(steps, count)];
}

/** What stays behind would add up. */
async function again(sessions: HeldSessions, count: number): Promise<Step> {
  await sessions.open(count);
  return await sessions.hold();
}

function describe(steps: readonly Step[], count: number): Section {
  const inUse = (at: number): number => steps[at]?.inUse ?? Number.NaN;
  const each = ((inUse(2) - inUse(1)) / count) * 1024;
  const growth = (inUse(6) - inUse(0)) / (inUse(2) - inUse(0));
  const results: TargetResult[] = [
    {
      what: 'memory of a statement that waits, beside that of its session',
      limit: `at most ${kilobytesAtMost} kB`,
      measured: `${each.toFixed(1)} kB`,
      passed: each <= kilobytesAtMost,
    },
    {
      what: `memory of ${count} more after those have gone`,
      limit: `at most ${growthAtMost} × the first ones'`,
      measured: `${growth.toFixed(2)} × the first ones'`,
      passed: growth <= growthAtMost,
    },
  ];
  return {
    title: 'held: memory of the gateway in use and as the system sees it, and how long each step takes',
    rows: steps.map(({ what, seconds, inUse: used, resident }, at) => ({
      step: what,
      seconds,
      'in use MB': used,
      'kB each': at === 0 ? undefined : ((used - inUse(0)) / count) * 1024,
      'RSS MB': Math.round(resident),
    })),
    targets: results,
    data: steps,
  };
}
