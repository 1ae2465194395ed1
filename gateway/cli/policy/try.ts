// `portcullis policy try`.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { type Paint, paintFor, widthFor } from '../page/paint.ts';
import { layRows, type Row, section, wrap } from '../page/rows.ts';
import { suggest } from '../suggest.ts';
import { type Opa, prepareOpa, verboseOption } from './opa/opa.ts';
import {
  type Explanation,
  explainDecision,
  findRule,
  type Question,
  withSources,
} from './replay/explain-decision.ts';
import { openPolicy } from './replay/open-policy.ts';
import { readInput } from './replay/recorded-input.ts';
import { isFolder, openRepository, type PolicyRepository } from './repository.ts';
import { readCases } from './tests/cases.ts';

export const policyTry: Command = {
  name: 'policy try',
  summary: 'Show what is decided of one input, and why',
  usage: '[DIR|BUNDLE] INPUT.json',
  description:
    'Decides one input with the policies of a repository (the current folder unless DIR is given) or of a ' +
    'bundle, and shows the rule that decided, and what each of the others said. INPUT.json is an input, or an ' +
    'event of the decision log. --case takes the input of a test instead.',
  options: {
    case: { type: 'string', value: 'NAME', help: 'A test of the repository, as `policy test` names it.' },
    full: { type: 'boolean', help: "Print OPA's whole trace too." },
    json: { type: 'boolean', help: 'Print JSON.' },
    ...verboseOption,
  },
  arguments: { min: 0, max: 2 },
  examples: [
    'portcullis policy try input.json',
    'portcullis policy try main.tar.gz input.json',
    "portcullis policy try --case 'labels: a labelled column in the result is masked'",
  ],
  prints: 'The decision with its rule, where that rule is written, and what each rule said.',
  exits: { 1: 'The input or the policies cannot be read, or nothing is decided.' },
  async run(invocation) {
    const opa = await prepareOpa(invocation);
    const { explanation, sources } = await decide(opa, invocation);
    if (invocation.flag('json')) {
      const { trace: _, ...document } = explanation;
      invocation.terminal.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    } else printPage(invocation, explanation, sources);
    if (explanation.decision !== undefined) return 0;
    throw new CommandError('the policies decide nothing of this input', {
      hint: 'The gateway denies such a statement. --full shows what was evaluated.',
    });
  },
};

type Tried = Readonly<{ explanation: Explanation; sources: ReadonlyMap<string, string> }>;

async function decide(opa: Opa, { positionals, text, flag }: Invocation): Promise<Tried> {
  const name = text('case');
  const [policy, file] = name === undefined && positionals.length === 1 ? ['.', positionals[0]] : positionals;
  if (name !== undefined && file !== undefined)
    throw new UsageError('option --case takes the place of INPUT.json');
  if (name === undefined && file === undefined)
    throw new UsageError('INPUT.json is missing', 'Or --case NAME.');
  const options = { withTrace: flag('full') };
  const path = policy ?? '.';
  if (await isFolder(path)) {
    const repository = await openRepository(path);
    const question =
      name === undefined ? await readQuestion(file ?? '') : await findCase(opa, repository, name);
    const { root, policies, tests } = repository;
    const folders = name === undefined || tests === undefined ? [policies] : [policies, tests];
    const explanation = await explainDecision(opa, { root, folders }, question, options);
    return { explanation, sources: await readSources(repository) };
  }
  if (name !== undefined) throw new UsageError('a bundle has no cases: name a repository');
  const question = await readQuestion(file ?? '');
  const opened = await openPolicy(opa, path);
  const explanation = await withSources(opened.sources, (sources) =>
    explainDecision(opa, sources, question, options),
  );
  // What the gateway runs is the module, even where somebody's Rego beside it says something else.
  const decision = opened.policy.evaluate(question.entrypoint, question.input) as Explanation['decision'];
  const sources = [...opened.sources].filter(([each]) => each.endsWith('.rego'));
  return {
    explanation: { ...explanation, decision },
    sources: new Map(sources.map(([each, content]) => [each, content.toString('utf8')])),
  };
}

async function readQuestion(file: string): Promise<Question> {
  return { ...(await readInput(file)), overlay: {} };
}

async function findCase(opa: Opa, repository: PolicyRepository, name: string): Promise<Question> {
  const cases = await readCases(opa, repository);
  const found =
    cases.find((each) => each.name === name) ?? cases.find((each) => each.name.endsWith(`: ${name}`));
  if (found !== undefined) return found;
  const meant = suggest(
    name,
    cases.map((each) => each.name),
  );
  throw new CommandError(`there is no case "${name}"`, {
    hint: meant === undefined ? '`portcullis policy test` runs all of them.' : `Did you mean "${meant}"?`,
  });
}

async function readSources({ root, policies }: PolicyRepository): Promise<Map<string, string>> {
  const files = (await readdir(join(root, policies), { recursive: true })).filter((file) =>
    file.endsWith('.rego'),
  );
  const read = async (file: string): Promise<[string, string]> => [
    join(policies, file),
    await readFile(join(root, policies, file), 'utf8'),
  ];
  return new Map(await Promise.all(files.sort().map(read)));
}

const shownApart = new Set(['effect', 'rule', 'reason', 'hint']);

function printPage(
  { terminal }: Invocation,
  { decision, spoken, roles, trace }: Explanation,
  sources: ReadonlyMap<string, string>,
): void {
  const paint = paintFor(terminal);
  const layout = { width: widthFor(terminal), paint, indent: 2 };
  const lines = decision === undefined ? [] : decisionLines(decision, sources, paint, layout.width);
  const others = Object.entries(decision ?? {}).filter(([key]) => !shownApart.has(key));
  lines.push(
    ...layRows(
      others.map(([key, value]) => [key, JSON.stringify(value)]),
      layout,
    ),
    ...(others.length === 0 ? [] : ['']),
    ...section('Roles', roles.length === 0 ? [] : [[roles.join(', ')]], layout),
    ...section(
      'What each rule says',
      spoken.map((each) => spokenRow(each)),
      layout,
    ),
    ...(trace === undefined ? [] : [paint('bold', "OPA's trace"), trace]),
  );
  terminal.stdout.write(`${lines.join('\n').trimEnd()}\n`);
}

function decisionLines(
  { effect, rule, reason, hint }: NonNullable<Explanation['decision']>,
  sources: ReadonlyMap<string, string>,
  paint: Paint,
  width: number,
): string[] {
  const place = findRule(sources, String(rule));
  const where = place === undefined ? '' : `  ${place}`;
  const texts = [reason, hint].filter((text) => typeof text === 'string');
  return [
    `${paint('bold', String(effect))}  ${String(rule)}${where}`,
    ...texts.flatMap((text) => wrap(text, width - 2).map((line) => `  ${line}`)),
    '',
  ];
}

const spokenRow = ({ effect = 'deny', rule = '', reason = '' }: Explanation['spoken'][number]): Row => [
  effect,
  rule,
  reason,
];
