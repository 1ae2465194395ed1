// `portcullis agents add-key` and `portcullis agents revoke-key`.

import { adminExits, printJson } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { parseExpiry } from '../keys-create.ts';
import { agentPath } from './agent.ts';

const DEFAULT_LIFE = '90d';

export const agentsAddKey: Command = {
  name: 'agents add-key',
  summary: 'Make an access key for an agent',
  usage: 'NAME',
  description:
    'The key is a user name and a password; the gateway keeps a verifier alone, so the secret is shown this once.',
  options: {
    ...adminOptions,
    expires: {
      type: 'string',
      value: 'WHEN',
      help: `30m, 12h, 90d, a date such as 2030-01-31, or "never". Default: ${DEFAULT_LIFE}.`,
    },
  },
  arguments: { min: 1, max: 1 },
  examples: ['portcullis agents add-key invoice-bot --expires 30d'],
  prints: 'The user name and the password.',
  exits: adminExits('There is no such agent, or you may not.'),
  async run(invocation) {
    const { text, positionals, terminal } = invocation;
    const until = parseExpiry(text('expires') ?? DEFAULT_LIFE, Date.now())?.toISOString();
    const api = await openAdminApi(invocation);
    const key = (await api.ask('POST', `${agentPath(positionals[0] ?? '')}/keys`, { until })) as {
      user: string;
      password: string;
    };
    if (invocation.flag('json')) printJson(invocation, key);
    else {
      terminal.stdout.write(`user:     ${key.user}\npassword: ${key.password}\n`);
      const end = until === undefined ? 'It never expires.' : `It expires on ${until.slice(0, 10)}.`;
      terminal.stderr.write(`Keep the password now: it is stored nowhere. ${end}\n`);
    }
    return 0;
  },
};

export const agentsRevokeKey: Command = {
  name: 'agents revoke-key',
  summary: "Revoke one of an agent's access keys",
  usage: 'NAME USER',
  description:
    'Sessions that logged in with it end within a second; its other keys stand. The owner may do it too.',
  options: adminOptions,
  arguments: { min: 2, max: 2 },
  examples: ['portcullis agents revoke-key invoice-bot pk_abcdefghijklmnop'],
  prints: 'Nothing; what it did goes to standard error.',
  exits: adminExits('There is no such key, or you may not.'),
  async run(invocation) {
    const [name = '', user = ''] = invocation.positionals;
    const api = await openAdminApi(invocation);
    const agent = await api.ask('DELETE', `${agentPath(name)}/keys/${encodeURIComponent(user)}`);
    if (invocation.flag('json')) printJson(invocation, agent);
    else invocation.terminal.stderr.write(`Revoked ${user}.\n`);
    return 0;
  },
};
