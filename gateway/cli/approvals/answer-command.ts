// What commands by which somebody approves or refuses have in common, whatever the request is for.
import { type AdminApi, adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command, Invocation } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';

export type Verb = 'approve' | 'deny' | 'break-glass';

type Answering = Readonly<{
  /** The first word of the commands. */
  group: string;
  prints: string;
  /** `named`: as it was typed; `body`: what is sent with the answer. */
  answer: (
    invocation: Invocation,
    asked: Readonly<{ api: AdminApi; named: string; verb: Verb; body: object | undefined }>,
  ) => Promise<void>;
}>;

export const answerCommand =
  ({ group, prints, answer }: Answering) =>
  (verb: Verb, words: Pick<Command, 'summary' | 'description' | 'examples'>): Command => ({
    name: `${group} ${verb}`,
    usage: 'ID',
    options: {
      ...adminOptions,
      words: {
        type: 'string',
        short: 'm',
        value: 'TEXT',
        help: 'What you want to say; whoever asked reads it.',
      },
    },
    arguments: { min: 1, max: 1 },
    prints,
    exits: { 1: 'Your answer does not count; it says why.', [loginNeeded]: 'You need to log in (again).' },
    ...words,
    async run(invocation) {
      const api = await openAdminApi(invocation);
      const said = invocation.text('words');
      const body = said === undefined ? undefined : { words: said };
      await answer(invocation, { api, named: invocation.positionals[0] ?? '', verb, body });
      return 0;
    },
  });
