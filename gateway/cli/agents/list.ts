// `portcullis agents list`.

import { adminExits, printJson, printRows } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import type { AgentDocument } from './agent.ts';

export const agentsList: Command = {
  name: 'agents list',
  summary: 'List the agents that are registered',
  description: 'Without being an administrator you see those that you own.',
  options: adminOptions,
  examples: ['portcullis agents list'],
  prints: 'A line for each: name, owner, whether it has access now, how many keys count, and its purpose.',
  exits: adminExits('The gateway does not answer.'),
  async run(invocation) {
    const document = await (await openAdminApi(invocation)).ask('GET', '/v1/agents');
    const { agents } = document as { agents: readonly AgentDocument[] };
    if (invocation.flag('json')) printJson(invocation, agents);
    else
      printRows(invocation, {
        heading: ['name', 'owner', 'access', 'keys', 'purpose'],
        rows: agents.map(({ name, owner, access, keys, purpose }) => [
          ...[
            name,
            owner,
            access,
            String(keys.filter((key) => key.revoked_by === undefined).length),
            purpose,
          ],
        ]),
        none: 'There are none.',
      });
    return 0;
  },
};
