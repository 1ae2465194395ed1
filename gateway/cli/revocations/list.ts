// `portcullis revocations list`.

import { adminExits, minute, printJson, printRows } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { revocationsInForce } from './revocation.ts';

export const revocationsList: Command = {
  name: 'revocations list',
  summary: 'List what is withdrawn now',
  options: adminOptions,
  examples: ['portcullis revocations list'],
  prints: 'A line for each, the newest first: id, what, where, since when, by whom, until when, and why.',
  exits: adminExits('The gateway does not answer.'),
  async run(invocation) {
    const revocations = await revocationsInForce(await openAdminApi(invocation));
    if (invocation.flag('json')) printJson(invocation, revocations);
    else
      printRows(invocation, {
        heading: ['id', 'what', 'where', 'since', 'by', 'until', 'reason'],
        rows: revocations.map(({ id, kind, value, resource, at, by, until, reason }) => [
          ...[id.slice(0, 8), `${kind.replace('_', ' ')} ${value}`, resource ?? 'everywhere', minute(at), by],
          ...[until === undefined ? 'it is lifted' : minute(until), reason ?? ''],
        ]),
        none: 'Nothing is withdrawn.',
      });
    return 0;
  },
};
