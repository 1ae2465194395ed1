// `portcullis approvals list`.

import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { paintFor, widthFor } from '../page/paint.ts';
import { renderList } from './render.ts';
import { requestsWith } from './request.ts';

export const approvalsList: Command = {
  name: 'approvals list',
  summary: 'List what waits for approval',
  description: 'You see what you asked for yourself, and what you are named for as an approver.',
  options: {
    ...adminOptions,
    status: {
      type: 'string',
      value: 'STATUS',
      help: 'pending, approved, denied, expired, withdrawn or all. Default: pending.',
    },
  },
  examples: ['portcullis approvals list', 'portcullis approvals list --status all --json'],
  prints:
    'A line for each request, the newest first: id, status, who, where, how long it is open, and what it does.',
  exits: { 1: 'The gateway does not answer.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    const { stdout, stderr } = invocation.terminal;
    const requests = await requestsWith(
      await openAdminApi(invocation),
      invocation.text('status') ?? 'pending',
    );
    if (invocation.flag('json')) stdout.write(`${JSON.stringify(requests, undefined, 2)}\n`);
    else if (requests.length === 0) stderr.write('There is none.\n');
    else {
      const page = {
        width: widthFor(invocation.terminal),
        paint: paintFor(invocation.terminal),
        now: Date.now(),
      };
      stdout.write(renderList(requests, page));
    }
    return 0;
  },
};
