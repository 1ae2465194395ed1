// `portcullis policy test`.
import { type Command, CommandError, UsageError } from '../command.ts';
import { type Finding, printFinding } from './check/finding.ts';
import { prepareOpa, verboseOption } from './opa/opa.ts';
import { openRepository } from './repository.ts';
import { readCases } from './tests/cases.ts';
import { decideInEngine } from './tests/engine.ts';
import { runOpaTests } from './tests/opa-test.ts';

const defaultThreshold = 90;

export const policyTest: Command = {
  name: 'policy test',
  summary: 'Run the tests of a policy repository',
  usage: '[DIR]',
  description:
    'All tests by OPA (opa test), how much of the policies they reach, and then every case again in the ' +
    "gateway's own engine, WebAssembly with its limits: the decisions must be equal. DIR is the current folder " +
    'unless given.',
  options: {
    coverage: {
      type: 'string',
      value: 'PERCENT',
      help: `How much of the policies must be reached. Default: ${defaultThreshold}.`,
    },
    ...verboseOption,
  },
  arguments: { min: 0, max: 1 },
  examples: ['portcullis policy test', 'portcullis policy test my-policy --coverage 95'],
  prints:
    'One line for the tests, their coverage and the engine; below it what fails, and what was decided instead.',
  exits: { 1: 'A test fails, too little is reached, or the engine decides otherwise.' },
  async run(invocation) {
    const threshold = parsePercent(invocation.text('coverage') ?? String(defaultThreshold));
    const repository = await openRepository(invocation.positionals[0] ?? '.');
    const { tests } = repository;
    if (tests === undefined) throw new CommandError(`${repository.root} has no folder "policy-tests"`);
    const opa = await prepareOpa(invocation);
    const tested = { ...repository, tests };
    const cases = await readCases(opa, repository);
    const checks: (() => Promise<readonly Finding[]>)[] = [
      () => runOpaTests(opa, tested, cases, threshold),
      async () => [await decideInEngine(opa, tested, cases)],
    ];
    let bad = 0;
    for (const check of checks) {
      for (const finding of await check()) {
        if (finding.grade === 'bad') bad += 1;
        invocation.terminal.stdout.write(printFinding(finding));
      }
    }
    return bad === 0 ? 0 : 1;
  },
};

function parsePercent(text: string): number {
  const percent = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && percent <= 100) return percent;
  throw new UsageError(`option --coverage is a number from 0 to 100, not "${text}"`);
}
