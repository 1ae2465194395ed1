// `portcullis grants approve` and `portcullis grants deny`: the same as of `approvals`, by the grant's id.

import { answerCommand } from '../approvals/answer-command.ts';
import { grantNamed, grantWith } from './grant.ts';
import { printGrant } from './render.ts';

const answer = answerCommand({
  group: 'grants',
  prints: 'The grant as it is then.',
  async answer(invocation, { api, named, verb, body }) {
    const { id, extension } = await grantNamed(api, named);
    await api.ask('POST', `/v1/approvals/${extension?.request ?? id}/${verb}`, body);
    printGrant(invocation, await grantWith(api, id));
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
