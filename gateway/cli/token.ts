// `portcullis token`.

import { type Command, UsageError } from './command.ts';
import { freshLogin, loginNeeded } from './fresh-token.ts';
import { profileName, profileOption } from './profile.ts';

export const token: Command = {
  name: 'token',
  summary: 'Print a fresh token, for PGPASSWORD',
  description:
    'Renews the token silently when it is about to expire. A session ends when its token does: ask for a ' +
    'longer life with --valid-for before long work.',
  options: {
    ...profileOption,
    'valid-for': {
      type: 'string',
      value: 'SECONDS',
      help: 'Renew the token when it would expire sooner than this. Default: 60.',
    },
  },
  examples: ['PGPASSWORD="$(portcullis token)" psql "host=db.example.com port=6432 user=token dbname=shop"'],
  prints: 'The token, on one line.',
  exits: { 1: 'The issuer could not be reached.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    const validFor = Number(invocation.text('valid-for') ?? 60);
    if (!Number.isInteger(validFor) || validFor < 0) {
      throw new UsageError('option --valid-for needs a whole number of seconds');
    }
    const { login } = await freshLogin(profileName(invocation), invocation.terminal.env, { validFor });
    invocation.terminal.stdout.write(`${login.token}\n`);
    return 0;
  },
};
