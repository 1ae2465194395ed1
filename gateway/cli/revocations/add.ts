// `portcullis revocations add`.

import { adminExits, printJson } from '../admin-answer.ts';
import { type AdminApi, adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, type Invocation, type OptionSpec, UsageError } from '../command.ts';
import { parseExpiry } from '../keys-create.ts';
import type { RevocationDocument } from './revocation.ts';

export const revokingOptions: Readonly<Record<string, OptionSpec>> = {
  ...adminOptions,
  resource: { type: 'string', value: 'NAME', help: 'On this resource alone. Default: everywhere.' },
  reason: { type: 'string', short: 'm', value: 'TEXT', help: 'Why; administrators read it.' },
  until: {
    type: 'string',
    value: 'WHEN',
    help: '30m, 12h, 90d, or a date such as 2030-01-31. Default: until it is lifted.',
  },
};

/** What is withdrawn, by the option that names it. */
const kinds = {
  principal: { kind: 'principal', value: 'NAME', help: 'A principal, whatever it logs in with.' },
  key: { kind: 'access_key', value: 'USER', help: 'An access key: pk_….' },
  token: { kind: 'token', value: 'JTI', help: 'A token, by its claim "jti".' },
  session: { kind: 'session', value: 'ID', help: 'A session, at whichever gateway it is.' },
} as const;

export const revocationsAdd: Command = {
  name: 'revocations add',
  summary: 'Withdraw access: of a principal, a key, a token or a session',
  description:
    'Within a second, at every gateway that shares the state database: logins are refused, sessions end, what ' +
    'they run is cancelled and what waits for approval is withdrawn.',
  options: {
    ...Object.fromEntries(
      Object.entries(kinds).map(([name, { value, help }]) => [
        name,
        { type: 'string' as const, value, help },
      ]),
    ),
    ...revokingOptions,
  },
  examples: [
    "portcullis revocations add --principal eve -m 'left the company'",
    'portcullis revocations add --key pk_abcdefghijklmnop --until 12h',
  ],
  prints: 'The id of the revocation.',
  exits: adminExits('Nothing was withdrawn; it says why.'),
  async run(invocation) {
    const named = Object.entries(kinds).flatMap(([option, { kind }]) => {
      const value = invocation.text(option);
      return value === undefined ? [] : [{ kind, value }];
    });
    const [only, another] = named;
    if (only === undefined || another !== undefined)
      throw new UsageError('exactly one of --principal, --key, --token and --session says what is withdrawn');
    const revocation = await revokeBy(await openAdminApi(invocation), only, invocation);
    if (invocation.flag('json')) printJson(invocation, revocation);
    else invocation.terminal.stdout.write(`${revocation.id}\n`);
    return 0;
  },
};

export async function revokeBy(
  api: AdminApi,
  what: Readonly<{ kind: string; value: string }>,
  { text }: Invocation,
): Promise<RevocationDocument> {
  const when = text('until');
  const until = when === undefined ? undefined : parseExpiry(when, Date.now())?.toISOString();
  const body = { ...what, resource: text('resource'), reason: text('reason'), until };
  return (await api.ask('POST', '/v1/revocations', body)) as RevocationDocument;
}
