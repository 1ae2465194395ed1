// `portcullis revocations lift`.

import { adminExits } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, CommandError } from '../command.ts';
import { liftRevocation, revocationsInForce } from './revocation.ts';

const SHORTEST = 4;

export const revocationsLift: Command = {
  name: 'revocations lift',
  summary: 'Give access back',
  usage: 'ID',
  description: 'ID is what revocations add printed, or its first characters.',
  options: adminOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis revocations lift 4f3c1a2b'],
  prints: 'Nothing; what it did goes to standard error.',
  exits: adminExits('There is no such revocation.'),
  async run(invocation) {
    const api = await openAdminApi(invocation);
    const [typed = ''] = invocation.positionals;
    const fitting =
      typed.length < SHORTEST
        ? []
        : (await revocationsInForce(api)).filter(({ id }) => id.startsWith(typed.toLowerCase()));
    const [only, another] = fitting;
    if (only === undefined || another !== undefined)
      throw new CommandError(
        only === undefined
          ? `there is no revocation "${typed}"`
          : `${fitting.length} revocations begin with "${typed}"`,
        { hint: 'portcullis revocations list shows those that are in force.' },
      );
    await liftRevocation(api, only.id);
    invocation.terminal.stderr.write(`Lifted: ${only.kind.replace('_', ' ')} ${only.value}.\n`);
    return 0;
  },
};
