// How psql and sql reach the gateway: address, user and credential, out of the options and the profile.

import type { Invocation, OptionSpec } from './command.ts';
import { freshLogin } from './fresh-token.ts';
import {
  defaultSslmode,
  type GatewayAddress,
  parseGatewayAddress,
  parseSslmode,
  type Sslmode,
} from './gateway-address.ts';
import { type Profile, profileName, profileOption, profilePath, readProfile } from './profile.ts';
import { readToken } from './token-file.ts';

export type Access = GatewayAddress &
  Readonly<{ user: string; password: string; sslmode: Sslmode; ca: string | undefined }>;

/** A session ends with its token: don't start one on a token that is nearly over. */
const sessionSeconds = 300;

export const accessOptions: Readonly<Record<string, OptionSpec>> = {
  ...profileOption,
  gateway: { type: 'string', value: 'HOST:PORT', help: 'Instead of the one given at login.' },
  'token-file': {
    type: 'string',
    value: 'FILE',
    help: "A file with the token, or with an access key's secret, instead of a login.",
  },
  user: { type: 'string', value: 'NAME', help: 'The user name. Default: token.' },
  sslmode: {
    type: 'string',
    value: 'MODE',
    help: 'As in libpq. Default: prefer on loopback, else verify-full.',
  },
  ca: {
    type: 'string',
    value: 'FILE',
    help: "The certificate authority of the gateway. Default: the system's.",
  },
};

export async function resolveAccess(invocation: Invocation): Promise<Access> {
  const { text, terminal } = invocation;
  const tokenFile = text('token-file');
  const name = profileName(invocation);
  const kept =
    tokenFile === undefined
      ? await freshLogin(name, terminal.env, { validFor: sessionSeconds })
      : { profile: await readProfile(profilePath(name, terminal.env)), login: undefined };
  const profile: Profile | undefined = kept.profile;
  const typed = text('gateway');
  const address =
    typed === undefined
      ? (profile?.gateway ?? { host: '127.0.0.1', port: 6432 })
      : parseGatewayAddress(typed);
  return {
    ...address,
    user: text('user') ?? 'token',
    password: kept.login?.token ?? (await readToken(tokenFile ?? '')),
    sslmode: parseSslmode(text('sslmode') ?? profile?.sslmode ?? defaultSslmode(address.host)),
    ca: text('ca') ?? profile?.ca,
  };
}
