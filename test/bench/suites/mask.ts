// What masks cost: large results and single rows, masked and not, beside the database alone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compare } from '../comparison.ts';
import { runPgbench } from '../loads/pgbench.ts';
import { runTransfers } from '../loads/transfer.ts';
import { masked, unmasked } from '../mask/gateways.ts';
import { measureMemory } from '../mask/memory.ts';
import { createTables, labelled, rowsOfEach } from '../mask/tables.ts';
import { takeRounds, type Workload, type WorkloadRounds } from '../rounds.ts';
import { openDatabase, openDirect, openGateway, type Route } from '../routes/index.ts';
import { tabulate } from '../section.ts';
import type { Bench, Section, Suite, SuiteResult, TargetResult } from '../suite.ts';
import type { Target } from '../targets.ts';

type MaskWorkload = Workload & Readonly<{ title: string; targets: readonly Target[] }>;

const extraMicroseconds = 10;
const oneColumn: Target = { route: 'masked', figure: 'rate', against: 'direct', atLeast: 0.5 };

export const suite: Suite = {
  summary: `results of ${rowsOfEach} rows and of one, with one, three and ten masked columns`,
  async run(bench) {
    const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-bench-mask-'));
    try {
      const script = path.join(folder, 'row.sql');
      await writeFile(script, `\\set id random(1, ${rowsOfEach})\nselect id, ssn from one where id = :id;\n`);
      const wanted = workloads(bench.options.seconds, script).filter(({ name }) => isWanted(bench, name));
      if (wanted.length === 0 && !isWanted(bench, 'memory')) return { notes: [], sections: [], broken: [] };
      return await measure(bench, wanted);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const isWanted = ({ options: { only } }: Bench, name: string): boolean =>
  only.length === 0 || only.some((prefix) => name.startsWith(prefix));

function workloads(seconds: number, script: string): MaskWorkload[] {
  const transfers = (Object.keys(labelled) as (keyof typeof labelled)[]).flatMap((table) =>
    (['text', 'binary'] as const).map((format): MaskWorkload => {
      const name = `${table}-${format}`;
      return {
        name,
        title: `${name}: ${rowsOfEach} rows of eleven columns in ${format}, masked: ${labelled[table]}`,
        operation: 'transfer',
        targets: table === 'one' ? [oneColumn] : [],
        run: (route) => runTransfers(route, { sql: `select * from ${table}`, repeats: 1, format }),
      };
    }),
  );
  const single = (['prepared', 'simple'] as const).map((protocol): MaskWorkload => {
    const name = `row-${protocol}`;
    return {
      name,
      title: `${name}: one row of two columns by its key, pgbench -M ${protocol} -c 8, masked: 1`,
      operation: 'transaction',
      targets: [],
      run: (route) => runPgbench(route, { protocol, clients: 8, script }, seconds),
    };
  });
  return [...transfers, ...single];
}

async function measure(bench: Bench, wanted: readonly MaskWorkload[]): Promise<SuiteResult> {
  bench.say('mask: starting the database and two gateways');
  const database = await openDatabase(bench.options.upstream);
  const routes: Route[] = [openDirect(database)];
  try {
    await createTables(database);
    for (const variant of [unmasked, masked]) routes.push(await openGateway(database, variant));
    const sections: Section[] = [];
    const broken: string[] = [];
    for (const workload of wanted) {
      if (bench.timeLeft() <= 0) break;
      // What is compiled as it runs, and the first decision on the statement, don't count.
      for (const route of routes) await workload.run(route);
      const taken = await takeRounds(bench, workload, routes);
      broken.push(...taken.broken);
      const section = tabulate(taken, { ...workload, routes, baseline: 'direct' });
      sections.push({ ...section, targets: [...section.targets, ...extraCpu(taken)] });
    }
    if (isWanted(bench, 'memory')) {
      await measureMemory(bench, routes.at(-1) as Route).then(
        (section) => sections.push(section),
        (error: Error) => broken.push(`memory: ${error.message}`),
      );
    }
    return { notes: [`PostgreSQL ${database.version}`], sections, broken };
  } finally {
    for (const route of routes.reverse()) await route.stop();
    await database.stop();
  }
}

/** Of a statement with one row: what masking it takes of the gateway's CPU. */
function extraCpu(taken: WorkloadRounds): TargetResult[] {
  if (taken.workload.operation !== 'transaction') return [];
  const comparison = compare(taken);
  const ratio = comparison.ratio('masked', 'unmasked', 'cpu') ?? Number.NaN;
  const plain = comparison.median('unmasked', 'cpu') ?? Number.NaN;
  const extra = (ratio - 1) * plain * 1e6;
  return [
    {
      what: `${taken.workload.name}: CPU that a mask takes beside`,
      limit: `at most ${extraMicroseconds} µs a statement`,
      measured: `${extra.toFixed(1)} µs of ${(plain * 1e6).toFixed(0)} µs`,
      passed: extra <= extraMicroseconds,
    },
  ];
}
