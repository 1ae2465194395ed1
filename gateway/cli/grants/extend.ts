// `portcullis grants extend`.

import { adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, UsageError } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { type GrantDocument, grantNamed } from './grant.ts';
import { printGrant } from './render.ts';
import { secondsOf } from './request.ts';

export const grantsExtend: Command = {
  name: 'grants extend',
  summary: 'Ask that access lasts longer',
  usage: 'ID',
  description:
    'The policy is asked as for the whole of its time. Where somebody must approve it, the grant ends as it would until they do.',
  options: {
    ...adminOptions,
    for: { type: 'string', value: 'TIME', help: 'How much longer: 1h, 30 minutes.' },
    reason: { type: 'string', short: 'm', value: 'TEXT', help: 'What you still need it for.' },
  },
  arguments: { min: 1, max: 1 },
  examples: ["portcullis grants extend 4f3c1a2b --for 1h --reason 'not done yet'"],
  prints: 'The grant as it is then, with its new end or the request for it.',
  exits: { 1: 'It is not extended; it says why.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    const [time, reason] = [invocation.text('for'), invocation.text('reason')];
    if (time === undefined) throw new UsageError('--for is missing', 'For example: --for 1h');
    if (reason === undefined)
      throw new UsageError('--reason is missing', "For example: --reason 'not done yet'");
    const seconds = secondsOf(time);
    const api = await openAdminApi(invocation);
    const { id } = await grantNamed(api, invocation.positionals[0] ?? '');
    const body = { seconds, reason };
    printGrant(invocation, (await api.ask('POST', `/v1/grants/${id}/extend`, body)) as GrantDocument);
    return 0;
  },
};
