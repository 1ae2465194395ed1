// `portcullis sessions kill`.

import { adminExits, printJson } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';

export const sessionsKill: Command = {
  name: 'sessions kill',
  summary: 'End a session at once',
  usage: 'ID',
  description:
    'What it runs is cancelled. The client can log in again: principals suspend is for whoever must not. A session ' +
    'of another gateway that shares the state database ends as well.',
  options: adminOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis sessions kill 20e267ac-3809-43b5-888b-98aad2877eb7'],
  prints: 'Nothing; what it did goes to standard error.',
  exits: adminExits('There is no such session that you may end.'),
  async run(invocation) {
    const [id = ''] = invocation.positionals;
    const api = await openAdminApi(invocation);
    const answer = (await api.ask('DELETE', `/v1/sessions/${encodeURIComponent(id)}`)) as {
      ended?: { principal: string };
    };
    if (invocation.flag('json')) printJson(invocation, answer);
    else
      invocation.terminal.stderr.write(
        answer.ended === undefined
          ? 'It is no session of this gateway; those that share its state database were asked to end it.\n'
          : `Ended the session of ${answer.ended.principal}.\n`,
      );
    return 0;
  },
};
