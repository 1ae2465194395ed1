// `portcullis approvals show`.

import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { paintFor, widthFor } from '../page/paint.ts';
import { renderRequest } from './render.ts';
import { requestNamed } from './request.ts';

export const approvalsShow: Command = {
  name: 'approvals show',
  summary: 'Show one request: what it does, who asks, and why',
  usage: 'ID',
  options: adminOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis approvals show 4f3c1a2b'],
  prints: 'The request, with the answers so far. Values of labelled columns are hidden.',
  exits: { 1: 'There is no such request.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    const { stdout } = invocation.terminal;
    const request = await requestNamed(await openAdminApi(invocation), invocation.positionals[0] ?? '');
    const page = {
      width: widthFor(invocation.terminal),
      paint: paintFor(invocation.terminal),
      now: Date.now(),
    };
    stdout.write(
      invocation.flag('json') ? `${JSON.stringify(request, undefined, 2)}\n` : renderRequest(request, page),
    );
    return 0;
  },
};
