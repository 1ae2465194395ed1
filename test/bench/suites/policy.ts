// What a decision costs: by the shipped policy, remembered, and by a server of OPA beside it.
import { isDeepStrictEqual } from 'node:util';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { type Ask, Policy } from '../../../gateway/policy/index.ts';
import { type Blocks, watchEventLoop } from '../event-loop.ts';
import { type Engines, startEngines } from '../policy/metering.ts';
import { type OpaServer, startOpaServer } from '../policy/opa-server.ts';
import { type Question, questions, session } from '../policy/questions.ts';
import { Samples } from '../policy/samples.ts';
import { buildStarterBundle, labelledColumns, type StarterBundle } from '../policy/starter-bundle.ts';
import type { Bench, Section, Suite, SuiteResult, TargetResult } from '../suite.ts';

const limits = { steps: 5_000_000, memoryBytes: 2 ** 28 };
const goals = { anewUs: 40, rememberedUs: 2, metering: 1.15, blockMs: 20 };

export const suite: Suite = {
  summary: `decisions of the shipped policy with ${labelledColumns} labelled columns`,
  async run(bench) {
    const { only } = bench.options;
    if (only.length > 0 && !only.some((name) => 'policy'.startsWith(name)))
      return { notes: [], sections: [], broken: [] };
    bench.say('policy: building the bundle');
    const starter = await buildStarterBundle();
    try {
      const opa = await startOpaServer(starter.file);
      try {
        return await measure(bench, starter, opa);
      } finally {
        await opa.stop();
      }
    } finally {
      await starter.remove();
    }
  },
};

type Costs = Readonly<Record<'anew' | 'remembered' | 'plain' | 'metered' | 'server', Samples>>;

async function measure(bench: Bench, { bundle }: StarterBundle, opa: OpaServer): Promise<SuiteResult> {
  bench.say('policy: staging');
  const staged = await stage(bundle);
  const engines = await startEngines(bundle, limits);
  const broken = await findDisagreements(staged.policy, opa);
  const costs = new Map<Question, Costs>(questions.map((question) => [question, noCosts()]));
  for (const question of questions) warmUp(staged.policy, engines, question);
  for (let round = 1; round <= bench.options.rounds && bench.timeLeft() > 0; round++) {
    bench.say(`policy: round ${round} of ${bench.options.rounds}`);
    for (const [question, cost] of costs) await takeRound(staged.policy, engines, opa, question, cost);
  }
  const changing = rememberedOverSessions(staged.policy);
  const starting = new Samples();
  starting.takeSingly(50, engines.startInstance);
  return {
    notes: [],
    sections: [
      describeDecisions(costs, engines, changing),
      describeMetering(costs),
      describeStaging(staged, starting),
    ],
    broken,
  };
}

const noCosts = (): Costs => ({
  anew: new Samples(),
  remembered: new Samples(),
  plain: new Samples(),
  metered: new Samples(),
  server: new Samples(),
});

type Staged = Readonly<{ policy: Policy; ms: number; blocks: Blocks }>;

/** Once before, so that what is loaded once isn't counted: the schemas of decisions. */
async function stage(bundle: StarterBundle['bundle']): Promise<Staged> {
  const options = { ...limits, log: silentLog, clock: systemClock };
  await Policy.stage([bundle], options);
  const [began, loop] = [performance.now(), watchEventLoop()];
  const policy = await Policy.stage([bundle], options);
  return { policy, blocks: loop.stop(), ms: performance.now() - began };
}

/** Figures of decisions that differ would compare nothing. */
async function findDisagreements(policy: Policy, opa: OpaServer): Promise<string[]> {
  const broken: string[] = [];
  for (const { name, ask } of questions) {
    const { decision, input } = policy.statementAnew(ask);
    if (!isDeepStrictEqual(await opa.ask(input()), JSON.parse(JSON.stringify(decision))))
      broken.push(`policy: OPA decides otherwise on "${name}"`);
  }
  return broken;
}

function warmUp(policy: Policy, engines: Engines, question: Question): void {
  for (let at = 0; at < 5_000; at++) {
    policy.statementAnew(question.ask);
    policy.statement(question.ask);
    engines.plain(question);
    engines.metered(question);
  }
}

async function takeRound(
  policy: Policy,
  engines: Engines,
  opa: OpaServer,
  question: Question,
  { anew, remembered, plain, metered, server }: Costs,
): Promise<void> {
  const input = policy.statementAnew(question.ask).input();
  // In turns, so that whatever else the machine does hits all of them.
  for (let turn = 0; turn < 10; turn++) {
    anew.takeSingly(300, () => policy.statementAnew(question.ask));
    plain.takeSingly(300, () => engines.plain(question));
    metered.takeSingly(300, () => engines.metered(question));
    remembered.takeTogether(20, 100, () => policy.statement(question.ask));
    await server.takeAwaited(30, () => opa.ask(input));
  }
}

/** Sessions that change with each statement, as those do that begin and end transactions. */
function rememberedOverSessions(policy: Policy): Samples {
  const samples = new Samples();
  const { ask } = questions[0] as Question;
  const asks: Ask[] = Array.from({ length: 100_000 }, (_, at) => ({
    ...ask,
    session: { ...session, transaction: at % 2 === 0 ? 'idle' : 'open' },
  }));
  let at = 0;
  samples.takeTogether(1_000, 100, () => policy.statement(asks[at++] as Ask));
  return samples;
}

function describeDecisions(
  costs: ReadonlyMap<Question, Costs>,
  engines: Engines,
  changing: Samples,
): Section {
  const rows = [...costs].map(([question, { anew, remembered, server }]) => ({
    statement: question.name,
    steps: engines.steps(question),
    'anew µs p50': anew.quantile(0.5),
    p99: anew.quantile(0.99),
    'remembered µs p50': remembered.quantile(0.5),
    'p99 of hundreds': remembered.quantile(0.99),
    'OPA server µs p50': server.quantile(0.5),
    'p99 of it': server.quantile(0.99),
    '÷ anew': server.quantile(0.5) / anew.quantile(0.5),
  }));
  const [ordinary] = rows;
  return {
    title: `policy: decisions of the shipped policy with ${labelledColumns} labelled columns`,
    rows: [
      ...rows,
      {
        statement: 'ordinary, another session object each',
        'remembered µs p50': changing.quantile(0.5),
        'p99 of hundreds': changing.quantile(0.99),
      },
    ],
    targets: [
      target('an ordinary statement decided anew, p50', ordinary?.['anew µs p50'], goals.anewUs, 'µs'),
      target('a remembered decision, p50', ordinary?.['remembered µs p50'], goals.rememberedUs, 'µs'),
      target('… with another session object each', changing.quantile(0.5), goals.rememberedUs, 'µs'),
    ],
    data: rows,
  };
}

function describeMetering(costs: ReadonlyMap<Question, Costs>): Section {
  const rows = [...costs].map(([{ name }, { plain, metered }]) => ({
    statement: name,
    'not metered µs p50': plain.quantile(0.5),
    'metered µs p50': metered.quantile(0.5),
    ratio: metered.quantile(0.5) / plain.quantile(0.5),
  }));
  return {
    title: 'policy: what counting the steps costs (the module alone, on input that is ready)',
    rows,
    targets: [target('metered ÷ not metered, ordinary', rows[0]?.ratio, goals.metering, '')],
    data: rows,
  };
}

function describeStaging({ ms, blocks }: Staged, starting: Samples): Section {
  const row = {
    'staging ms': ms,
    'longest wait of the event loop ms': blocks.longestMs,
    'longest block, CPU ms': blocks.longestCpuMs,
    'a new instance µs p50': starting.quantile(0.5),
  };
  return {
    title: 'policy: putting a bundle to work',
    rows: [row],
    targets: [target('longest block of the event loop', blocks.longestCpuMs, goals.blockMs, 'ms')],
    data: row,
  };
}

function target(what: string, value = Number.NaN, limit: number, unit: string): TargetResult {
  const show = (number: number) => `${number.toFixed(2)} ${unit}`.trim();
  return { what, limit: `at most ${show(limit)}`, measured: show(value), passed: value <= limit };
}
