// `portcullis grants request`.
import { setTimeout as pause } from 'node:timers/promises';
import { parseDuration, type RightsWord, rightsOf, rightsWords } from '../../grants/index.ts';
import { type AdminApi, adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { type GrantDocument, grantWith } from './grant.ts';
import { printGrant } from './render.ts';

/** While it waits for approval, it is looked at so often. */
const LOOK_MS = 1_000;

const helpOf: Readonly<Record<RightsWord, string>> = {
  read: 'Read these tables.',
  write: 'Insert, update and delete rows of these tables.',
  insert: 'Insert rows into these tables.',
  update: 'Update rows of these tables.',
  delete: 'Delete rows of these tables.',
  truncate: 'Empty these tables.',
  lock: 'Lock rows of these tables.',
  define: 'Alter these tables, by the commands of --command.',
  maintain: 'VACUUM, ANALYZE and the like on these tables, by the commands of --command.',
  unmask: 'See the values behind these labels.',
  run: 'Call these functions.',
  call: 'CALL these procedures.',
  command: 'Send these commands, such as COMMENT.',
};

const placeholderOf = (word: RightsWord): string =>
  word === 'unmask'
    ? 'LABELS'
    : word === 'command'
      ? 'TAGS'
      : word === 'run' || word === 'call'
        ? 'SIGNATURES'
        : 'TABLES';

export const grantsRequest: Command = {
  name: 'grants request',
  summary: 'Ask for access for a time',
  description:
    'The policy says what you are eligible for. It begins at once, or when somebody approves it. Several tables and the like have commas between: public.orders,public.lines; public.* is a whole schema.',
  options: {
    ...adminOptions,
    resource: { type: 'string', value: 'NAME', help: 'The database that you connect to.' },
    ...Object.fromEntries(
      rightsWords.map((word) => [
        word,
        { type: 'string' as const, value: placeholderOf(word), help: helpOf[word] },
      ]),
    ),
    for: { type: 'string', value: 'TIME', help: 'For how long: 2h, 30 minutes, 1 day.' },
    reason: {
      type: 'string',
      short: 'm',
      value: 'TEXT',
      help: 'What you need it for; whoever approves it reads that.',
    },
    wait: { type: 'boolean', help: 'Wait until it is approved or refused.' },
  },
  examples: [
    "portcullis grants request --resource orders --write public.orders --for 2h --reason 'ticket 4711'",
    "portcullis grants request --resource orders --unmask pii.email --for 30m -m 'a complaint' --wait",
  ],
  prints: 'The grant: its id, whether it has begun, and until when.',
  exits: { 1: 'It is not granted; it says why.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    const body = bodyOf(invocation);
    const api = await openAdminApi(invocation);
    const asked = (await api.ask('POST', '/v1/grants', body)) as GrantDocument;
    const waits = asked.status === 'requested' && invocation.flag('wait');
    if (asked.status === 'requested') {
      const { stderr } = invocation.terminal;
      const short = asked.id.slice(0, 8);
      stderr.write(
        `It begins when ${(asked.approvers ?? []).join(' or ')} approves it: portcullis approvals approve ${short}\n`,
      );
    }
    const grant = waits ? await settled(api, asked) : asked;
    printGrant(invocation, grant);
    return grant.status === 'active' || (grant.status === 'requested' && !waits) ? 0 : 1;
  },
};

function bodyOf(invocation: Invocation): object {
  const needed = (name: string, example: string): string => {
    const value = invocation.text(name);
    if (value !== undefined) return value;
    throw new UsageError(`--${name} is missing`, `For example: --${name} ${example}`);
  };
  const resource = needed('resource', 'orders');
  const wishes = rightsWords.flatMap((word) => {
    const text = invocation.text(word);
    return text === undefined ? [] : [[word, text] as const];
  });
  if (wishes.length === 0)
    throw new UsageError('it asks for nothing', 'For example: --write public.orders, or --unmask pii.email');
  const rights = rightsOf(wishes);
  if ('problem' in rights) throw new UsageError(rights.problem as string, rights.hint as string);
  return {
    resource,
    rights,
    seconds: secondsOf(needed('for', '2h')),
    reason: needed('reason', "'ticket 4711'"),
  };
}

export function secondsOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new UsageError(`"${text}" is no time`, 'Write 2h, 30 minutes, or 1 day.');
}

async function settled(api: AdminApi, asked: GrantDocument): Promise<GrantDocument> {
  let grant = asked;
  while (grant.status === 'requested') {
    await pause(LOOK_MS);
    grant = await grantWith(api, asked.id);
  }
  return grant;
}
