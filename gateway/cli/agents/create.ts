// `portcullis agents create`.

import { adminExits, printJson } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { parseExpiry } from '../keys-create.ts';

const list = (what: string) => ({ type: 'string' as const, value: 'A,B', help: what });

export const agentsCreate: Command = {
  name: 'agents create',
  summary: 'Register an agent',
  usage: 'NAME',
  description:
    'One for each role that a program plays, so that keys are never shared. NAME is its principal: what its tokens ' +
    'name it, where it has any; else agents add-key makes an access key.',
  options: {
    ...adminOptions,
    owner: { type: 'string', value: 'NAME', help: 'The principal who answers for it.' },
    purpose: { type: 'string', value: 'TEXT', help: 'What it is for.' },
    model: { type: 'string', value: 'TEXT', help: 'What it thinks with.' },
    task: { type: 'string', value: 'TEXT', help: 'What it works at now, such as a ticket.' },
    groups: list('The groups that it belongs to.'),
    scopes: list('The scopes that it has, as those of a token.'),
    resources: list(
      'The resources that it may log in to. Default: as its roles say, as for all that follow.',
    ),
    schemas: list('The schemas whose relations it may reach.'),
    tables: list('Relations that it may reach beside those: public.orders.'),
    operations: list(
      'What it may do: select, insert, update, delete, truncate, lock, define, maintain, commands.',
    ),
    hours: { type: 'string', value: 'FROM-TO', help: 'When it may, in UTC: 8-18.' },
    weekdays: list('On which days it may: monday,tuesday.'),
    until: { type: 'string', value: 'WHEN', help: '12h, 90d, or a date such as 2030-01-31. Default: never.' },
  },
  arguments: { min: 1, max: 1 },
  examples: [
    "portcullis agents create invoice-bot --owner ada --purpose 'matches invoices' --groups billing",
    "portcullis agents create report-bot --owner ada --purpose 'weekly report' --resources shop --operations select",
  ],
  prints: 'Nothing; what it did goes to standard error.',
  exits: adminExits('It could not be registered; it says why.'),
  async run(invocation) {
    const registration = registrationOf(invocation);
    const agent = await (await openAdminApi(invocation)).ask('POST', '/v1/agents', registration);
    if (invocation.flag('json')) printJson(invocation, agent);
    else invocation.terminal.stderr.write(`Registered ${registration.name}.\n`);
    return 0;
  },
};

function registrationOf(invocation: Invocation): Readonly<{ name: string; scope: object }> {
  const { text, positionals } = invocation;
  const items = (option: string): readonly string[] | undefined =>
    text(option)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  const needed = (option: string): string => {
    const given = text(option);
    if (given === undefined) throw new UsageError(`option --${option} is missing`);
    return given;
  };
  const until = text('until');
  return {
    name: positionals[0] ?? '',
    ...{ owner: needed('owner'), purpose: needed('purpose') },
    ...filled({ model: text('model'), task: text('task'), groups: items('groups'), scopes: items('scopes') }),
    scope: filled({
      ...{ resources: items('resources'), schemas: items('schemas'), tables: items('tables') },
      ...{ operations: items('operations'), weekdays: items('weekdays'), hours: hoursIn(text('hours')) },
    }),
    ...filled({
      until: until === undefined ? undefined : parseExpiry(until, Date.now())?.toISOString(),
    }),
  };
}

function hoursIn(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  if (from === undefined) throw new UsageError(`"${text}" are no hours`, 'Write them as 8-18.');
  return { from: Number(from), to: Number(to) };
}

const filled = (object: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
