// `portcullis audit hold`.
import type { Hold } from '../../audit/index.ts';
import { adminExits, minute, printJson, printRows } from '../admin-answer.ts';
import { type AdminApi, adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { sessionNamed } from '../sessions/kill.ts';
import { rangeOptions, readRange } from './place.ts';

const scopes = ['principal', 'session', 'resource', 'label', 'relation'] as const;

export const auditHold: Command = {
  name: 'audit hold',
  summary: 'Keep events and recordings whatever their age: add, list and remove legal holds',
  usage: 'add | list | remove ID',
  description:
    'What a hold names is never removed by retention: all that its options say has to be so of an event. Events, ' +
    'their outcomes, what became of requests for approval of them, and the recordings of their sessions are kept. Holds are in the state database, count for all ' +
    'gateways that share it, and are recorded in the audit with who placed or lifted them.',
  options: {
    principal: { type: 'string', value: 'NAME', help: 'What it did, and asked approval for.' },
    session: {
      type: 'string',
      value: 'ID',
      help: 'A session, by its whole id; while it goes on, by the beginning of it.',
    },
    resource: { type: 'string', value: 'NAME', help: 'What was done on this resource.' },
    label: { type: 'string', value: 'LABEL', help: 'What touches this label, or one below it.' },
    relation: { type: 'string', value: 'NAME', help: 'What touches this table: public.customers.' },
    ...rangeOptions,
    everything: { type: 'boolean', help: 'All there is, where nothing else is named.' },
    reason: { type: 'string', short: 'm', value: 'TEXT', help: 'Why; with add.' },
    ...adminOptions,
  },
  arguments: { min: 1, max: 2 },
  examples: [
    "portcullis audit hold add --principal agent:invoice-bot --since 2030-01-01 -m 'case 2030-17'",
    'portcullis audit hold list',
    'portcullis audit hold remove 0b0e7a3e-6f5a-4f0e-9f55-4b3e0a1d8f10',
  ],
  prints: 'The id of a hold that was placed; the holds that are in force.',
  exits: adminExits('Nothing was changed; it says why.'),
  async run(invocation) {
    const [action, id, ...more] = invocation.positionals;
    if (more.length > 0) throw new UsageError('there is more than one ID');
    switch (action) {
      case 'add':
        return await add(invocation);
      case 'list':
        return await list(invocation);
      case 'remove':
        if (id === undefined) throw new UsageError('ID is missing', '`portcullis audit hold list` shows it.');
        return await remove(invocation, id);
      default:
        throw new UsageError(`it is add, list or remove, not "${action}"`);
    }
  },
};

async function add(invocation: Invocation): Promise<number> {
  const { text, flag } = invocation;
  const reason = text('reason');
  if (reason === undefined) throw new UsageError('option --reason TEXT is missing');
  const { since, until } = readRange(invocation, Date.now());
  const api = await openAdminApi(invocation);
  const typed = text('session')?.toLowerCase();
  const session = typed === undefined ? undefined : await sessionNamed(api, typed, ofEnded);
  const named = Object.fromEntries(scopes.map((name) => [name, text(name)]));
  const body = {
    ...named,
    session,
    since: timeOf(since),
    until: timeOf(until),
    everything: flag('everything'),
    reason,
  };
  const hold = (await api.ask('POST', '/v1/audit/holds', body)) as Hold;
  if (flag('json')) printJson(invocation, hold);
  else invocation.terminal.stdout.write(`${hold.id}\n`);
  return 0;
}

const ofEnded =
  'Of one that has ended, give the whole id: portcullis audit query --principal NAME --json has it.';

async function list(invocation: Invocation): Promise<number> {
  const holds = await holdsOf(await openAdminApi(invocation));
  if (invocation.flag('json')) printJson(invocation, holds);
  else
    printRows(invocation, {
      heading: ['id', 'placed', 'by', 'what', 'why'],
      rows: holds.map((hold) => [hold.id, minute(hold.at), hold.by, scopeText(hold), hold.reason]),
      none: 'There is none.',
    });
  return 0;
}

async function remove(invocation: Invocation, id: string): Promise<number> {
  if (!/^[\da-f-]{36}$/.test(id)) throw new CommandError(`${id} is no id of a hold`);
  await (await openAdminApi(invocation)).ask('DELETE', `/v1/audit/holds/${id}`);
  return 0;
}

export async function holdsOf(api: AdminApi): Promise<readonly Hold[]> {
  return ((await api.ask('GET', '/v1/audit/holds')) as { holds: readonly Hold[] }).holds;
}

function scopeText(hold: Hold): string {
  const named = [...scopes, 'since', 'until'] as const;
  const parts = named.flatMap((name) => (hold[name] === undefined ? [] : [`${name} ${hold[name]}`]));
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

const timeOf = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
