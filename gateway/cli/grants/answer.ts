// `portcullis grants approve` and `portcullis grants deny`: the same as of `approvals`, by the grant's id.

import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { grantNamed, grantWith } from './grant.ts';
import { printGrant } from './render.ts';

const answer = (
  verb: 'approve' | 'deny',
  words: Pick<Command, 'summary' | 'description' | 'examples'>,
): Command => ({
  name: `grants ${verb}`,
  usage: 'ID',
  options: {
    ...adminOptions,
    words: {
      type: 'string',
      short: 'm',
      value: 'TEXT',
      help: 'What you want to say; whoever asked reads it.',
    },
  },
  arguments: { min: 1, max: 1 },
  prints: 'The grant as it is then.',
  exits: { 1: 'Your answer does not count; it says why.', [loginNeeded]: 'You need to log in (again).' },
  ...words,
  async run(invocation) {
    const api = await openAdminApi(invocation);
    const { id, extension } = await grantNamed(api, invocation.positionals[0] ?? '');
    const said = invocation.text('words');
    const body = said === undefined ? undefined : { words: said };
    await api.ask('POST', `/v1/approvals/${extension?.request ?? id}/${verb}`, body);
    printGrant(invocation, await grantWith(api, id));
    return 0;
  },
});

export const grantsApprove = answer('approve', {
  summary: 'Approve access that somebody asks for, or more time for it',
  description: 'The same as portcullis approvals approve; nobody approves what they ask for themselves.',
  examples: ['portcullis grants approve 4f3c1a2b'],
});

export const grantsDeny = answer('deny', {
  summary: 'Refuse access that somebody asks for, or more time for it',
  description: 'One refusal ends the request. Say why.',
  examples: ["portcullis grants deny 4f3c1a2b -m 'ask for the view instead'"],
});
