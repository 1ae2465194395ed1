// The token of a profile, renewed when it is about to expire.

import * as oidc from 'openid-client';
import { CommandError, type Terminal } from './command.ts';
import { withLock } from './file-lock.ts';
import { type Login, type Profile, profilePath, readProfile, writeProfile } from './profile.ts';
import { discoverProvider, loginOf, providerFailure } from './provider.ts';

/** The exit code that tells a script to send its user to `portcullis login`. */
export const loginNeeded = 3;

export type Freshness = Readonly<{
  /** How long the token must still live, in seconds. */
  validFor: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}>;

/** A profile and a token that lives long enough; renews it with the refresh token, one process at a time. */
export async function freshLogin(
  name: string,
  env: Terminal['env'],
  { validFor, now = Date.now }: Freshness,
): Promise<Readonly<{ profile: Profile; login: Login }>> {
  const path = profilePath(name, env);
  const seconds = () => Math.floor(now() / 1000);
  const isFresh = (login: Login) => login.expires_at - seconds() >= validFor;

  const first = await loggedIn(path, name);
  if (isFresh(first.login)) return first;
  return withLock(`${path}.lock`, async () => {
    const { profile, login } = await loggedIn(path, name);
    if (isFresh(login)) return { profile, login };
    const isValid = login.expires_at > seconds() + 5;
    try {
      const renewed = await renew(profile, login, seconds());
      await writeProfile(path, { ...profile, login: renewed });
      return { profile, login: renewed };
    } catch (error) {
      if (isValid) return { profile, login };
      throw error;
    }
  });
}

async function loggedIn(path: string, name: string): Promise<Readonly<{ profile: Profile; login: Login }>> {
  const profile = await readProfile(path);
  if (profile?.login === undefined) throw needsLogin(`not logged in${of(name)}`, name);
  return { profile, login: profile.login };
}

async function renew(profile: Profile, login: Login, now: number): Promise<Login> {
  if (login.refresh_token === undefined) {
    throw new CommandError('the login has expired, and the issuer gave no refresh token', {
      hint: 'Run: portcullis login',
      exitCode: loginNeeded,
    });
  }
  const provider = await discoverProvider(profile);
  try {
    const response = await oidc.refreshTokenGrant(provider, login.refresh_token);
    return loginOf(response, { ...profile, login }, now);
  } catch (error) {
    if (error instanceof oidc.ResponseBodyError) {
      throw new CommandError(`the login has ended: ${providerFailure(error)}`, {
        hint: 'Run: portcullis login',
        exitCode: loginNeeded,
      });
    }
    throw new CommandError(`the token could not be renewed: ${providerFailure(error)}`);
  }
}

function needsLogin(message: string, name: string): CommandError {
  const option = name === 'default' ? '' : ` --profile ${name}`;
  return new CommandError(message, { hint: `Run: portcullis login${option}`, exitCode: loginNeeded });
}

function of(name: string): string {
  return name === 'default' ? '' : ` (profile ${name})`;
}
