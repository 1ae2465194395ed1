// `portcullis grants revoke`.

import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { type GrantDocument, grantNamed } from './grant.ts';
import { printGrant } from './render.ts';

export const grantsRevoke: Command = {
  name: 'grants revoke',
  summary: 'End access now, or take back a request for it',
  usage: 'ID',
  description:
    'For whoever has it, whoever may approve it, and administrators of the gateway. It counts from the next statement on, and a session that only the grant let in ends.',
  options: {
    ...adminOptions,
    words: { type: 'string', short: 'm', value: 'TEXT', help: 'Why; whoever has it can read that.' },
  },
  arguments: { min: 1, max: 1 },
  examples: ["portcullis grants revoke 4f3c1a2b -m 'the incident is over'"],
  prints: 'The grant as it is then.',
  exits: { 1: 'There is nothing to end; it says why.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    const api = await openAdminApi(invocation);
    const { id } = await grantNamed(api, invocation.positionals[0] ?? '');
    const words = invocation.text('words');
    const body = words === undefined ? undefined : { words };
    printGrant(invocation, (await api.ask('POST', `/v1/grants/${id}/revoke`, body)) as GrantDocument);
    return 0;
  },
};
