// `portcullis grants show`.

import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { grantNamed } from './grant.ts';
import { printGrant } from './render.ts';

export const grantsShow: Command = {
  name: 'grants show',
  summary: 'Show one grant: what it allows, to whom, why and until when',
  usage: 'ID',
  options: adminOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis grants show 4f3c1a2b'],
  prints: 'The grant, with who approved, refused or revoked it.',
  exits: { 1: 'There is no such grant.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    printGrant(invocation, await grantNamed(await openAdminApi(invocation), invocation.positionals[0] ?? ''));
    return 0;
  },
};
