// `portcullis agents apply`.

import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type AgentChange, readRegistrations } from '../../agent/index.ts';
import { adminExits, printJson } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, CommandError, UsageError } from '../command.ts';
import { printable } from '../sql/display-text.ts';

type Applied = Readonly<{ changes: readonly AgentChange[]; digest: string; applied: boolean }>;

export const agentsApply: Command = {
  name: 'agents apply',
  summary: 'Register agents as a file says, and show first what would change',
  description:
    'The file is YAML as schemas/agents.schema.json has it, kept in a repository. Without --yes it is a dry run. ' +
    'Whoever is suspended stays so.',
  options: {
    ...adminOptions,
    file: { type: 'string', short: 'f', value: 'FILE', help: 'The file.' },
    prune: { type: 'boolean', help: 'Delete agents that the file does not name.' },
    yes: { type: 'boolean', help: 'Apply what is shown.' },
  },
  examples: [
    'portcullis agents apply -f agents.yaml',
    'portcullis agents apply -f agents.yaml --prune --yes',
  ],
  prints: 'The changes: + registered, ~ changed, - deleted.',
  exits: adminExits('The file is not valid, or was not applied.'),
  async run(invocation) {
    const { flag, text, terminal } = invocation;
    const agents = await registrationsFrom(text('file'));
    const order = { agents, prune: flag('prune') };
    const api = await openAdminApi(invocation);
    const ask = async (more: object) =>
      (await api.ask('PUT', '/v1/agents', { ...order, ...more })) as Applied;
    let result = await ask({ dry_run: true });
    if (!flag('json'))
      terminal.stdout.write(
        result.changes
          .flatMap(linesOf)
          .map((line) => `${line}\n`)
          .join(''),
      );
    if (flag('yes') && result.changes.length > 0) result = await ask({ digest: result.digest });
    if (flag('json')) printJson(invocation, result);
    else terminal.stderr.write(`${outcome(result)}\n`);
    return 0;
  },
};

async function registrationsFrom(file: string | undefined): Promise<readonly object[]> {
  if (file === undefined) throw new UsageError('option --file FILE is missing');
  let document: unknown;
  try {
    document = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`the file ${file}: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
  const read = readRegistrations(document);
  if ('problems' in read)
    throw new CommandError(
      `${file} is not valid\n${read.problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  return read;
}

function outcome({ changes, applied }: Applied): string {
  if (changes.length === 0) return 'Nothing would change.';
  const many = `${changes.length} ${changes.length === 1 ? 'agent' : 'agents'}`;
  return applied ? `Applied to ${many}.` : `${many} would change. Add --yes to apply it.`;
}

function linesOf(change: AgentChange): readonly string[] {
  if (change.change === 'delete') return [`- ${printable(change.name)}`];
  if (change.change === 'add') return [`+ ${printable(change.name)}`, ...differences({}, change.to)];
  return [`~ ${printable(change.name)}`, ...differences(change.from, change.to)];
}

/** Key by key, so that a reviewer sees what an agent gains. */
function differences(from: object, to: object): readonly string[] {
  const before = flat(from);
  const after = flat(to);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was === is || key === 'name') return [];
    return [
      ...(was === undefined ? [] : [`    - ${key}: ${printable(was)}`]),
      ...(is === undefined ? [] : [`    + ${key}: ${printable(is)}`]),
    ];
  });
}

function flat(value: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, inner]): [string, string][] =>
      key === 'scope'
        ? [...flat(inner as object, 'scope.')]
        : Array.isArray(inner) && inner.length === 0 && path === ''
          ? []
          : [[path + key, typeof inner === 'string' ? inner : JSON.stringify(inner)]],
    ),
  );
}
