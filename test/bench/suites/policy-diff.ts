// How long it takes to try a policy change with a million recorded inputs, as its users do: by the command.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import type { TallyDocument } from '../../../gateway/audit/index.ts';
import { bundleBytes } from '../../../gateway/cli/policy/replay/open-policy.ts';
import { installation } from '../../../gateway/cli/policy/repository.ts';
import { type RecordedWeek, recordWeek } from '../audit/recorded-week.ts';
import { openShippedPolicy, ownOpa, type ShippedPolicy } from '../audit/shipped-policy.ts';
import { readEndedChildrenCpu } from '../process-usage.ts';
import type { Bench, Section, Suite, TargetResult } from '../suite.ts';

const inputs = { usually: 1_000_000, quick: 100_000 };
const secondsAtMost = 120;
const cores = 2;

/** `alone`: the share of statements whose facts no other has. */
const mixes = [
  { name: 'mixed', alone: 0.05, what: 'programs that repeat their statements, 5 % like no other' },
  { name: 'alone', alone: 1, what: 'each statement like no other' },
] as const;
type Mix = (typeof mixes)[number];

export const suite: Suite = {
  summary: `policy diff --from-audit with ${inputs.usually.toLocaleString('en')} recorded inputs`,
  onlyNamed: true,
  async run(bench) {
    const { only, quick } = bench.options;
    const wanted = mixes.filter(
      ({ name }) => only.length === 0 || only.some((each) => name.startsWith(each)),
    );
    const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-bench-diff-'));
    try {
      bench.say('policy-diff: building the candidate');
      const candidate = path.join(folder, 'candidate.tar.gz');
      await writeFile(candidate, await changedPolicy(path.join(folder, 'repository')));
      const shipped = await openShippedPolicy();
      const count = quick ? inputs.quick : inputs.usually;
      const sections: Section[] = [];
      for (const mix of wanted)
        sections.push(await measure(bench, mix, { folder, candidate, shipped, count }));
      return { notes: ['300 principals in sessions of an hour, over a week'], sections, broken: [] };
    } catch (error) {
      return { notes: [], sections: [], broken: [`policy-diff: ${(error as Error).stack}`] };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Agents may no longer delete, and labelled values become null. */
async function changedPolicy(repository: string): Promise<Buffer> {
  await cp(path.join(installation, 'policies'), path.join(repository, 'policies'), { recursive: true });
  const file = path.join(repository, 'policies', 'access', 'data.yaml');
  const data = await readFile(file, 'utf8');
  const changed = data
    .replace('      delete: { public: all }\n', '')
    .replace('mask: { kind: redact }', 'mask: { kind: "null" }');
  await writeFile(file, changed);
  return await bundleBytes(await ownOpa(), repository);
}

type Stage = Readonly<{ folder: string; candidate: string; shipped: ShippedPolicy; count: number }>;

async function measure(bench: Bench, mix: Mix, stage: Stage): Promise<Section> {
  const journal = path.join(stage.folder, mix.name);
  bench.say(`policy-diff: recording ${stage.count} inputs, ${mix.name}`);
  const { shipped, count } = stage;
  const { alone } = mix;
  const week = await recordWeek(journal, count, { ...shipped, principals: 300, shapes: 8, alone });
  bench.say('policy-diff: trying the candidate');
  const run = await runDiff(journal, stage.candidate);
  await rm(journal, { recursive: true });
  return describe(mix, week, run);
}

type Run = Readonly<{ seconds: number; cpuSeconds: number; tally: TallyDocument }>;

async function runDiff(journal: string, candidate: string): Promise<Run> {
  const program = path.join(installation, 'gateway', 'main.ts');
  const words = ['policy', 'diff', '--from-audit', '--audit', journal, '--since', '7d', '--json'];
  const [began, cpuBefore] = [performance.now(), readEndedChildrenCpu()];
  const child = spawn(process.execPath, [program, ...words, '--fail-on', 'none', candidate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`policy diff ended with ${code}`);
  const seconds = (performance.now() - began) / 1000;
  const cpuSeconds = readEndedChildrenCpu() - cpuBefore;
  return { seconds, cpuSeconds, tally: JSON.parse(Buffer.concat(printed).toString('utf8')) };
}

function describe({ name, what }: Mix, week: RecordedWeek, { seconds, cpuSeconds, tally }: Run): Section {
  const threads = Math.min(cores, availableParallelism());
  const quiet = cpuSeconds / threads;
  const changed = tally.changes.reduce((sum, { count }) => sum + count, 0);
  const missing = week.inputs - tally.judged;
  if (missing > 0) throw new Error(`${missing} of ${week.inputs} inputs were not decided anew`);
  return {
    title: `policy-diff ${name}: ${what}`,
    rows: [
      {
        'inputs decided anew': tally.judged,
        'different to the policy': tally.distinct,
        'decided otherwise': changed,
        events: week.events,
        'wall s': round(seconds),
        'CPU s': round(cpuSeconds),
        [`CPU s ÷ ${threads} threads`]: round(quiet),
      },
    ],
    targets: [
      target(`${name}: CPU seconds ÷ ${threads} threads`, quiet),
      target(`${name}: wall, which other programs lengthen`, seconds),
    ],
    data: { week, seconds, cpuSeconds, tally: { ...tally, changes: changed } },
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

const target = (what: string, seconds: number): TargetResult => ({
  what: `policy-diff ${what}`,
  limit: `at most ${secondsAtMost} s`,
  measured: `${seconds.toFixed(1)} s`,
  passed: seconds <= secondsAtMost,
});
