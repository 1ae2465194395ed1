// `portcullis sessions kill`.

import { adminExits, printJson } from '../admin-answer.ts';
import { type AdminApi, adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, CommandError } from '../command.ts';
import { sessionsOf } from './list.ts';

export const sessionsKill: Command = {
  name: 'sessions kill',
  summary: 'End a session at once',
  usage: 'ID',
  description:
    'ID is what sessions list shows. What it runs is cancelled. The client can log in again: principals suspend is for whoever must not. It may be ' +
    'a session of another gateway that shares the state database.',
  options: adminOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis sessions kill 20e267ac'],
  prints: 'Nothing; what it did goes to standard error.',
  exits: adminExits('There is no such session that you may end.'),
  async run(invocation) {
    const api = await openAdminApi(invocation);
    const id = await sessionNamed(api, (invocation.positionals[0] ?? '').toLowerCase());
    const answer = (await api.ask('DELETE', `/v1/sessions/${encodeURIComponent(id)}`)) as {
      ended?: { principal: string };
    };
    if (invocation.flag('json')) printJson(invocation, answer);
    else
      invocation.terminal.stderr.write(
        answer.ended === undefined
          ? 'No process that answers has it; those that do not were asked to end it.\n'
          : `Ended the session of ${answer.ended.principal}.\n`,
      );
    return 0;
  },
};

const WHOLE = 36;

/** A whole id may be one of a gateway that doesn't answer. */
export async function sessionNamed(
  api: AdminApi,
  typed: string,
  hint = 'portcullis sessions list shows those that there are.',
): Promise<string> {
  if (typed.length === WHOLE) return typed;
  const fitting = typed === '' ? [] : (await sessionsOf(api)).filter(({ id }) => id.startsWith(typed));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only.id;
  throw new CommandError(
    only === undefined
      ? `there is no session "${typed}"`
      : `${fitting.length} sessions begin with "${typed}"`,
    { hint },
  );
}
