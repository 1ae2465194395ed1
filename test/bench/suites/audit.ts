// What being on the record costs: a statement's two events beside the statement, the journal alone, and strict mode.
import { auditGateways, startTaker } from '../audit/gateways.ts';
import { type Form, loadJournal } from '../audit/journal-load.ts';
import { type PgbenchLoad, runPgbench, runPgbenchInTurns } from '../loads/pgbench.ts';
import { takeRoundsInTurns, type WorkloadInTurns } from '../rounds.ts';
import { openDatabase, openGateway, type Route } from '../routes/index.ts';
import { tabulate } from '../section.ts';
import type { Bench, Section, Suite, SuiteResult } from '../suite.ts';
import type { Target } from '../targets.ts';

const goals = { cpu: 1.15, perSecond: 20_000 };

const JUDGED = 'audit-prepared';
/** Seconds are of the collector or without it: its work for half a million transactions comes at once. */
const JUDGED_LONGER = 6;

const WARM_OPERATIONS = 30_000;
const WARM_RUNS = 6;

const targets: readonly Target[] = [
  { route: 'journal', figure: 'cpu', against: 'without', atMost: goals.cpu },
];

export const suite: Suite = {
  summary: 'the audit journal: its cost beside a gateway that records nothing, its rate, and strict mode',
  async run(bench) {
    const { only, upstream } = bench.options;
    const wanted = (name: string) => only.length === 0 || only.some((prefix) => name.startsWith(prefix));
    const sections: Section[] = [];
    if (wanted('journal')) sections.push(await journalAlone(bench));
    const workloads = workloadsOf(bench.options.seconds).filter(({ name }) => wanted(name));
    if (workloads.length === 0) return { notes: [], sections, broken: [] };
    bench.say('audit: starting the database and three gateways');
    const database = await openDatabase(upstream);
    const taker = await startTaker();
    const routes: Route[] = [];
    try {
      for (const variant of auditGateways(taker.port)) routes.push(await openGateway(database, variant));
      const measured = await measure(bench, workloads, routes);
      const notes = [`PostgreSQL ${database.version}`, 'strict waits for an HTTP service beside it'];
      return { notes, sections: [...sections, ...measured.sections], broken: measured.broken };
    } catch (error) {
      return { notes: [], sections, broken: [`audit: ${(error as Error).message}`] };
    } finally {
      for (const route of routes.reverse()) await route.stop();
      taker.stop();
      await database.stop();
    }
  },
};

/** What runs at the same time is written at once: with more clients a statement's share of that is less. */
const loads = [
  { name: 'audit-prepared', protocol: 'prepared', clients: 8 },
  { name: 'audit-prepared-32', protocol: 'prepared', clients: 32 },
  { name: 'audit-extended', protocol: 'extended', clients: 8 },
  { name: 'audit-simple', protocol: 'simple', clients: 8 },
] as const;

type AuditWorkload = WorkloadInTurns & Readonly<{ load: PgbenchLoad }>;

function workloadsOf(seconds: number): readonly AuditWorkload[] {
  return loads.map(({ name, ...load }) => ({
    ...{ name, load, operation: 'transaction' },
    run: async ([without, journal, strict]) => {
      const isJudged = name === JUDGED;
      const pair = [without, journal] as Route[];
      const compared = await runPgbenchInTurns(pair, load, isJudged ? seconds * JUDGED_LONGER : seconds);
      // What a sink is told goes on behind a turn: whoever came next would pay for it.
      return [...compared, ...(await runPgbenchInTurns([strict as Route], load, seconds))];
    },
  }));
}

async function measure(
  bench: Bench,
  workloads: readonly AuditWorkload[],
  routes: readonly Route[],
): Promise<Pick<SuiteResult, 'sections' | 'broken'>> {
  const sections: Section[] = [];
  const broken: string[] = [];
  bench.say('audit: warming up');
  for (const route of routes)
    for (const { load } of workloads) await warmUp(load, route, bench.options.seconds);
  for (const workload of workloads) {
    const taken = await takeRoundsInTurns(bench, workload, routes);
    broken.push(...taken.broken);
    if (taken.rounds.length === 0) continue;
    const title = `${workload.name}: pgbench -S -c ${workload.load.clients} with the shipped policy`;
    const judged = workload.name === JUDGED ? targets : [];
    sections.push(tabulate(taken, { ...workload, title, targets: judged, routes, baseline: 'without' }));
  }
  return { sections, broken };
}

/** Until what runs is compiled: on a busy machine a few seconds are too few transactions for that. */
async function warmUp(load: PgbenchLoad, route: Route, seconds: number): Promise<void> {
  let operations = 0;
  for (let run = 0; run < WARM_RUNS && operations < WARM_OPERATIONS; run++)
    operations += (await runPgbench(route, load, seconds).catch(() => undefined))?.operations ?? 0;
}

async function journalAlone(bench: Bench): Promise<Section> {
  bench.say('audit: the journal alone');
  const alone = await rounds('alone', bench);
  const together = await rounds('together', bench);
  return {
    title: 'journal: intents and outcomes of short statements, nothing else',
    rows: [
      { what: 'events a second, each with a line, the slowest round', figure: Math.round(alone.least) },
      { what: 'events a second, in lines of many, the slowest round', figure: Math.round(together.least) },
      { what: 'CPU of an intent and its outcome, each with a line (µs)', figure: alone.cpu },
      { what: 'CPU of an intent and its outcome, in lines of many (µs)', figure: together.cpu },
    ],
    targets: [
      {
        what: 'journal: events a second, each with a line',
        limit: `at least ${goals.perSecond}`,
        measured: String(Math.round(alone.least)),
        passed: alone.least >= goals.perSecond,
      },
    ],
    data: [alone, together],
  };
}

async function rounds(form: Form, bench: Bench): Promise<Readonly<{ least: number; cpu: number }>> {
  const loads = [];
  for (let round = 0; round < bench.options.rounds; round++)
    loads.push(await loadJournal(form, bench.options.seconds));
  const cpu = loads.map(({ pairCpuUs }) => pairCpuUs).sort((a, b) => a - b)[Math.floor(loads.length / 2)];
  return {
    least: Math.min(...loads.map(({ perSecond }) => perSecond)),
    cpu: Number((cpu ?? 0).toFixed(1)),
  };
}
