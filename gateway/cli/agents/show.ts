// `portcullis agents show`.

import { adminExits, minute, printJson } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { paintFor, widthFor } from '../page/paint.ts';
import { layRows, type Row } from '../page/rows.ts';
import { type AgentDocument, agentPath, scopeInWords } from './agent.ts';

export const agentsShow: Command = {
  name: 'agents show',
  summary: 'Show one agent: what it is for, what it may reach, its keys',
  usage: 'NAME',
  options: adminOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis agents show invoice-bot'],
  prints: 'What it is registered with, whether it has access now and why not, and its keys.',
  exits: adminExits('There is no such agent that you may see.'),
  async run(invocation) {
    const { terminal, positionals } = invocation;
    const api = await openAdminApi(invocation);
    const agent = (await api.ask('GET', agentPath(positionals[0] ?? ''))) as AgentDocument;
    if (invocation.flag('json')) printJson(invocation, agent);
    else {
      const page = { width: widthFor(terminal), paint: paintFor(terminal), indent: 2 };
      terminal.stdout.write(`${agent.name}\n${layRows(rowsOf(agent), page).join('\n')}\n`);
    }
    return 0;
  },
};

function rowsOf(agent: AgentDocument): readonly Row[] {
  const { model, task, groups, scopes, until, suspended } = agent;
  const scope = scopeInWords(agent);
  const optional = (name: string, value: string | undefined): Row[] =>
    value === undefined || value === '' ? [] : [[name, value]];
  return [
    ['owner', agent.owner],
    ['purpose', agent.purpose],
    ...optional('model', model),
    ...optional('task', task),
    ...optional('groups', groups.join(', ')),
    ...optional('scopes', scopes.join(', ')),
    ...(scope.length === 0 ? [['scope', 'what its roles allow']] : scope.map((part) => ['scope', part])),
    ...optional('until', until),
    ['access', agent.access === 'yes' ? 'yes' : `no: ${agent.no_access_because}`],
    ...optional('reason', suspended?.reason),
    ...agent.keys.map((key) => [
      'key',
      `${key.id}, of ${minute(key.created_at)} by ${key.created_by}${
        key.revoked_by === undefined
          ? key.until === undefined
            ? ''
            : `, until ${minute(key.until)}`
          : `, revoked by ${key.revoked_by}`
      }`,
    ]),
  ];
}
