// `portcullis grants list`.

import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { grantsOf } from './grant.ts';
import { pageFor, renderGrants } from './render.ts';

export const grantsList: Command = {
  name: 'grants list',
  summary: 'List access that was granted or asked for',
  description: 'You see your own, and those that you may approve.',
  options: {
    ...adminOptions,
    all: { type: 'boolean', help: "Everybody's, for administrators of the gateway." },
    active: { type: 'boolean', help: 'Only those that run.' },
  },
  examples: ['portcullis grants list', 'portcullis grants list --all --active --json'],
  prints: 'A line for each grant, the newest first: id, status, who, where, until when, and what it allows.',
  exits: { 1: 'The gateway does not answer.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    const { stdout, stderr } = invocation.terminal;
    const all = await grantsOf(await openAdminApi(invocation), invocation.flag('all'));
    const grants = invocation.flag('active') ? all.filter(({ status }) => status === 'active') : all;
    if (invocation.flag('json')) stdout.write(`${JSON.stringify(grants, undefined, 2)}\n`);
    else if (grants.length === 0) stderr.write('There is none.\n');
    else stdout.write(renderGrants(grants, pageFor(invocation)));
    return 0;
  },
};
