// `portcullis agents suspend`, `resume` and `delete`.

import { adminExits, printJson } from '../admin-answer.ts';
import { type AdminApi, adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command, Invocation } from '../command.ts';
import { agentPath } from './agent.ts';

const standing = (
  verb: string,
  words: Pick<Command, 'summary' | 'description' | 'examples'> & Partial<Pick<Command, 'options'>>,
  done: string,
  ask: (api: AdminApi, path: string, invocation: Invocation) => Promise<unknown>,
): Command => ({
  name: `agents ${verb}`,
  usage: 'NAME',
  arguments: { min: 1, max: 1 },
  prints: 'Nothing; what it did goes to standard error.',
  exits: adminExits('There is no such agent, or you may not.'),
  ...words,
  options: { ...adminOptions, ...words.options },
  async run(invocation) {
    const [name = ''] = invocation.positionals;
    const answer = await ask(await openAdminApi(invocation), agentPath(name), invocation);
    if (invocation.flag('json')) printJson(invocation, answer);
    else invocation.terminal.stderr.write(`${name} ${done}.\n`);
    return 0;
  },
});

export const agentsSuspend = standing(
  'suspend',
  {
    summary: "Withdraw an agent's access",
    description:
      'Its sessions end within a second, at every gateway that shares the state database. Its owner may do it too.',
    options: {
      reason: {
        type: 'string',
        short: 'm',
        value: 'TEXT',
        help: 'Why; administrators and its owner read it.',
      },
    },
    examples: ["portcullis agents suspend invoice-bot -m 'asks for too much'"],
  },
  'is suspended',
  (api, path, { text }) => api.ask('POST', `${path}/suspend`, { reason: text('reason') }),
);

export const agentsResume = standing(
  'resume',
  {
    summary: "Give an agent's access back",
    description: 'Lifts what agents suspend withdrew. For administrators alone.',
    examples: ['portcullis agents resume invoice-bot'],
  },
  'is no longer suspended',
  (api, path) => api.ask('POST', `${path}/resume`),
);

export const agentsDelete = standing(
  'delete',
  {
    summary: 'Delete an agent',
    description:
      'Its sessions end and its keys are over. Nobody logs in under its name until it is registered anew, not with ' +
      'a token either.',
    examples: ['portcullis agents delete invoice-bot'],
  },
  'is deleted',
  (api, path) => api.ask('DELETE', path),
);
