// `portcullis logout`.

import * as oidc from 'openid-client';
import type { Command } from './command.ts';
import { withLock } from './file-lock.ts';
import {
  profileName,
  profileOption,
  profilePath,
  readProfile,
  removeProfile,
  writeProfile,
} from './profile.ts';
import { discoverProvider } from './provider.ts';

export const logout: Command = {
  name: 'logout',
  summary: 'Forget a login and revoke its tokens',
  description:
    'The profile keeps its settings, so that the next login needs no options; --forget removes them too.',
  options: {
    ...profileOption,
    forget: { type: 'boolean', help: 'Remove the whole profile, not just its tokens.' },
  },
  examples: ['portcullis logout'],
  prints: 'Nothing; what it did goes to standard error.',
  async run(invocation) {
    const { stderr, env } = invocation.terminal;
    const path = profilePath(profileName(invocation), env);
    return withLock(`${path}.lock`, async () => {
      const profile = await readProfile(path);
      if (profile === undefined) {
        stderr.write('You were not logged in.\n');
        return 0;
      }
      const { login, ...settings } = profile;
      if (invocation.flag('forget')) await removeProfile(path);
      else await writeProfile(path, settings);
      const revoked = login?.refresh_token !== undefined && (await revoke(profile, login.refresh_token));
      stderr.write(`Logged out${revoked ? '; the issuer has revoked the login' : ''}.\n`);
      return 0;
    });
  },
};

/** Not every issuer offers revocation, and one that is down must not keep somebody logged in here. */
async function revoke(
  profile: Parameters<typeof discoverProvider>[0],
  refreshToken: string,
): Promise<boolean> {
  try {
    const provider = await discoverProvider(profile);
    if (provider.serverMetadata().revocation_endpoint === undefined) return false;
    await oidc.tokenRevocation(provider, refreshToken);
    return true;
  } catch {
    return false;
  }
}
