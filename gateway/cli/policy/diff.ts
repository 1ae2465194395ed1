// `portcullis policy diff`.
import type { Command, Invocation } from '../command.ts';
import { CommandError, UsageError } from '../command.ts';
import { type Paint, paintFor, widthFor } from '../page/paint.ts';
import { layRows, type Row } from '../page/rows.ts';
import { count } from './check/finding.ts';
import { fromAuditOptions, printFromAudit, refuseAuditOptions } from './from-audit/from-audit.ts';
import { prepareOpa, verboseOption } from './opa/opa.ts';
import { type ChangeGroup, compareDecisions } from './replay/compare.ts';
import { type OpenedPolicy, openPolicy } from './replay/open-policy.ts';
import { describeInput, type RecordedInput, readRecordedInputs } from './replay/recorded-input.ts';

const decidesOtherwise = 3;
const mostExamples = 3;

export const policyDiff: Command = {
  name: 'policy diff',
  summary: 'Show which inputs another version decides otherwise',
  usage: 'OLD NEW | --from-audit NEW',
  description:
    'OLD and NEW are bundles, or policy repositories, which are built on the way. Both decide the same inputs, ' +
    'by default the test inputs that the two carry; --inputs names a file of recorded ones: one JSON document a ' +
    'line, an input or an event of the decision log. With --from-audit there is no OLD: NEW decides what the ' +
    'audit has recorded, and what was decided then is what it is compared with.',
  options: {
    ...fromAuditOptions,
    inputs: { type: 'string', value: 'FILE', help: 'Recorded inputs, one a line.' },
    json: { type: 'boolean', help: 'Print JSON.' },
    ...verboseOption,
  },
  // --from-audit says which of them is missing.
  arguments: { min: 0, max: 2 },
  examples: [
    'portcullis policy diff main.tar.gz . --inputs last-week.jsonl',
    'portcullis policy diff v1.tar.gz v2.tar.gz --json',
    'portcullis policy diff --from-audit --since 7d --config portcullis.yaml next.tar.gz',
    'portcullis policy diff --from-audit --audit last-week.jsonl --fail-on newly-denied,newly-allowed .',
  ],
  prints:
    'The changes by effect and rule, each with how many inputs and some examples; with --from-audit also whose ' +
    'they are, and what could not be decided anew.',
  exits: {
    1: 'A policy or the inputs cannot be read, or not all of them.',
    [decidesOtherwise]:
      'Some inputs are decided otherwise; with --fail-on, some in one of the ways that it names.',
  },
  async run(invocation) {
    if (invocation.flag('from-audit')) return (await printFromAudit(invocation)) ? decidesOtherwise : 0;
    refuseAuditOptions(invocation);
    const [oldPath, newPath] = invocation.positionals;
    if (oldPath === undefined) throw new UsageError('OLD is missing');
    if (newPath === undefined)
      throw new UsageError('NEW is missing', 'Or --from-audit, to compare with what was recorded.');
    const opa = await prepareOpa(invocation);
    const before = await openPolicy(opa, oldPath);
    const after = await openPolicy(opa, newPath);
    const file = invocation.text('inputs');
    const inputs = file === undefined ? ownInputs(before, after) : await readRecordedInputs(file);
    if (inputs.length === 0) {
      throw new CommandError('there are no inputs to decide', { hint: 'Name a file of them with --inputs.' });
    }
    const groups = compareDecisions(inputs, { before: before.policy, after: after.policy });
    if (invocation.flag('json')) printJson(invocation, { before, after }, inputs.length, groups);
    else printPage(invocation, { before, after }, inputs.length, groups);
    return groups.length === 0 ? 0 : decidesOtherwise;
  },
};

/** What both carry counts once. */
function ownInputs(...policies: readonly OpenedPolicy[]): RecordedInput[] {
  const known = new Set<string>();
  return policies.flatMap(({ path, testInputs }) =>
    testInputs.flatMap(({ entrypoint, input }, at) => {
      const key = JSON.stringify([entrypoint, input]);
      if (known.has(key)) return [];
      known.add(key);
      return [{ place: `${path}, test ${at + 1}`, entrypoint, input: input as RecordedInput['input'] }];
    }),
  );
}

type Both = Readonly<{ before: OpenedPolicy; after: OpenedPolicy }>;

const changed = (groups: readonly ChangeGroup[]): number =>
  groups.reduce((sum, { changes }) => sum + changes.length, 0);

function printPage(
  { terminal }: Invocation,
  { before, after }: Both,
  inputs: number,
  groups: readonly ChangeGroup[],
): void {
  const paint = paintFor(terminal);
  const layout = { width: widthFor(terminal), paint, indent: 2 };
  const lines = [
    `${paint('bold', `${changed(groups)} of ${count(inputs, 'input')} decided otherwise`)}  ${before.revision} → ${after.revision}`,
    ...groups.flatMap((group) => ['', heading(group, paint), ...layRows(rowsOf(group), layout)]),
  ];
  terminal.stdout.write(`${lines.join('\n')}\n`);
}

function heading({ from, to, same, changes }: ChangeGroup, paint: Paint): string {
  const what = same
    ? `${from.effect} ${from.rule}: the same rule, another decision`
    : `${from.effect} ${from.rule} → ${to.effect} ${to.rule}`;
  return `${paint('bold', what)}  ${count(changes.length, 'input')}`;
}

function rowsOf({ changes }: ChangeGroup): Row[] {
  const rows: Row[] = changes.slice(0, mostExamples).map(({ input }) => [input.place, describeInput(input)]);
  const more = changes.length - mostExamples;
  return more > 0 ? [...rows, [`and ${more} more`]] : rows;
}

function printJson(
  { terminal }: Invocation,
  { before, after }: Both,
  inputs: number,
  groups: readonly ChangeGroup[],
): void {
  const document = {
    old: before.revision,
    new: after.revision,
    inputs,
    changed: changed(groups),
    groups: groups.map(({ from, to, changes }) => ({
      from,
      to,
      count: changes.length,
      examples: changes.slice(0, mostExamples).map(({ input, before: old, after: next }) => ({
        place: input.place,
        input: input.input,
        old,
        new: next,
      })),
    })),
  };
  terminal.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}
