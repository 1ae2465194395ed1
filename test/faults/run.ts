// The fault lane: everything that can go wrong around a session, done on purpose, with a search for leaks after each.
import { parseArgs } from 'node:util';
import { createRandom } from '../support/random.ts';
import { printTable, type Row, writeJson } from '../support/report.ts';
import { within } from '../support/wait.ts';
import { megabytes, probe } from './process-probe.ts';
import type { Scale, Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { type Stage, startStage } from './stage.ts';

const usage = `test:faults [--quick] [--seed N] [--only TEXT]… [--relay] [--json FILE]

  --quick   the short run: fewer rounds, smaller values
  --seed    repeats a run's random choices; every run prints its seed
  --only    only scenarios whose name contains TEXT
  --relay   torments a bare relay instead of the gateway, to see that the lane itself is right`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    relay: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) console.log(usage);
else if (process.platform !== 'linux')
  console.log('skipped: the search for leaks reads /proc, which only Linux has');
else if (!(await main())) process.exitCode = 1;

async function main(): Promise<boolean> {
  const seed = Number(flags.seed ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  const chosen = scenarios.filter(
    ({ name, gatewayOnly }) =>
      (flags.only.length === 0 || flags.only.some((text) => name.includes(text))) &&
      !(gatewayOnly && flags.relay),
  );
  const stage = await startStage(flags.relay ? 'relay' : 'gateway', seed);
  const rows: Row[] = [];
  try {
    for (const scenario of chosen) {
      const row = await play(scenario, stage, seed);
      rows.push(row);
      console.log(
        `${row.result === 'ok' ? 'ok    ' : 'FAILED'} ${scenario.name} (${row.seconds} s): ${row.seen}`,
      );
    }
  } finally {
    await stage.stop();
  }
  printTable(`Faults (${stage.subject.name}, seed ${seed})`, rows);
  const failed = rows.filter((row) => row.result !== 'ok').length;
  await writeJson({ seed, quick: flags.quick, failed });
  return failed === 0;
}

async function play(scenario: Scenario, stage: Stage, seed: number): Promise<Row> {
  const scale: Scale = {
    of: (quick, full) => (flags.quick ? quick : full),
    random: createRandom(seed).fork(scenario.name),
  };
  const started = performance.now();
  let seen = '';
  const problems: string[] = [];
  try {
    seen = await within(scenario.milliseconds, scenario.name, scenario.run(stage, scale));
  } catch (thrown) {
    problems.push((thrown as Error).message);
    printLogTail(stage.logText());
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  try {
    await stage.settle();
  } catch (thrown) {
    problems.push(`left behind: ${(thrown as Error).message}`);
  }
  const { rss } = await probe(stage.subject.pid);
  const result = problems.length === 0 ? 'ok' : 'FAILED';
  return {
    scenario: scenario.name,
    result,
    seconds,
    'MB after': megabytes(rss),
    seen: [...problems, seen].join('; '),
  };
}

function printLogTail(text: string): void {
  for (const line of text.trim().split('\n').slice(-5)) console.log(`       log: ${line.slice(0, 400)}`);
}
