// `portcullis principals suspend` and `portcullis principals resume`.

import { adminExits, printJson } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, CommandError } from '../command.ts';
import { revokeBy, revokingOptions } from '../revocations/add.ts';
import { liftRevocation, revocationsInForce } from '../revocations/revocation.ts';

export const principalsSuspend: Command = {
  name: 'principals suspend',
  summary: "Withdraw a principal's access, and that of the agents that it owns",
  usage: 'NAME',
  description:
    'Sessions end within a second, at every gateway that shares the state database. principals resume takes it back.',
  options: revokingOptions,
  arguments: { min: 1, max: 1 },
  examples: ["portcullis principals suspend ada -m 'left the company'"],
  prints: 'Nothing; what it did goes to standard error.',
  exits: adminExits('Nothing was withdrawn; it says why.'),
  async run(invocation) {
    const [value = ''] = invocation.positionals;
    const api = await openAdminApi(invocation);
    const revocation = await revokeBy(api, { kind: 'principal', value }, invocation);
    if (invocation.flag('json')) printJson(invocation, revocation);
    else invocation.terminal.stderr.write(`${value} is suspended.\n`);
    return 0;
  },
};

export const principalsResume: Command = {
  name: 'principals resume',
  summary: "Give a principal's access back",
  usage: 'NAME',
  description: 'Lifts what principals suspend withdrew; the agents that it owns have access again too.',
  options: adminOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis principals resume ada'],
  prints: 'Nothing; what it did goes to standard error.',
  exits: adminExits('The principal is not suspended, or you may not.'),
  async run(invocation) {
    const [name = ''] = invocation.positionals;
    const api = await openAdminApi(invocation);
    const own = (await revocationsInForce(api)).filter(
      ({ kind, value }) => kind === 'principal' && value === name,
    );
    if (own.length === 0)
      throw new CommandError(`${name} is not suspended`, {
        hint: 'portcullis revocations list shows what is withdrawn.',
      });
    for (const { id } of own) await liftRevocation(api, id);
    if (invocation.flag('json')) printJson(invocation, own);
    else invocation.terminal.stderr.write(`${name} has access again.\n`);
    return 0;
  },
};
