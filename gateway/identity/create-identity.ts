// The room's front: tokens and access keys in, principals out, and for how long they stand.
import { isDeepStrictEqual } from 'node:util';
import type { IdentityConfig, IssuerConfig } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import type { ScramVerifier } from '../wire/index.ts';
import { isAccessKeyName } from './access-key-format.ts';
import { AccessKeys } from './access-keys.ts';
import { Issuer } from './issuer.ts';
import type { LoginRefused } from './login-refused.ts';
import type { AccessKey, Principal, Standing } from './principal.ts';
import { TokenCache } from './token-cache.ts';
import { verifyToken } from './verify-token.ts';

export interface Identity {
  /** @throws LoginRefused, whose reason is for log and audit only */
  verifyToken(token: string): Promise<Principal>;
  /** A key that may log in now; undefined for one that is unknown, expired or revoked. */
  findAccessKey(user: string): AccessKey | undefined;
  /** By form alone, so that unknown keys look like known ones. */
  isAccessKeyName(user: string): boolean;
  /**
   * What to run the exchange of an unknown key against; the same at each asking. `decoy`: what it is derived from where no
   * file of keys has its own.
   */
  mockVerifier(user: string, decoy?: Buffer): ScramVerifier;
  /** Why an exchange for this key failed, for log and audit only. */
  accessKeyRefusal(user: string): LoginRefused;
  /** Cheap and synchronous: asked once a second for each session. */
  standing(principal: Principal): Standing;
  /** What OAUTHBEARER clients without a token are told; texts are empty when no issuer is configured. */
  oauthDiscovery(): { 'openid-configuration': string; scope: string };
  reload(config: IdentityConfig): Promise<void>;
  close(): Promise<void>;
}

export type IdentityDeps = Readonly<{ log: Log; clock: Clock }>;

/** Opens key files and starts looking for issuers, without waiting for them: until they answer, logins fail. */
export async function createIdentity(config: IdentityConfig, deps: IdentityDeps): Promise<Identity> {
  const { clock } = deps;
  const cache = new TokenCache(() => clock.now());
  let current = config;
  let issuers = await Promise.all(config.issuers.map((issuer) => Issuer.open(issuer, deps)));
  let accessKeys = await openAccessKeys(config, deps);

  return {
    verifyToken: (token) =>
      cache.principalOf(token, () => verifyToken(token, issuers, current.clock_skew_seconds)),
    findAccessKey: (user) => accessKeys.find(user),
    isAccessKeyName,
    mockVerifier: (user, decoy) => accessKeys.mockVerifier(user, decoy),
    accessKeyRefusal: (user) => accessKeys.refusal(user),

    standing({ issuer, auth }) {
      if (auth.method === 'access_key') return accessKeys.standing(auth.keyId ?? '');
      if (auth.expiresAt !== undefined && auth.expiresAt * 1000 <= clock.now()) return 'expired';
      // An issuer taken out of the configuration takes its sessions with it.
      return auth.method !== 'oidc' || issuers.some(({ config }) => config.issuer === issuer)
        ? 'valid'
        : 'revoked';
    },

    oauthDiscovery() {
      const [issuer] = current.issuers;
      return {
        'openid-configuration': issuer === undefined ? '' : discoveryUrl(issuer),
        scope: issuer?.oauth.scope ?? '',
      };
    },

    async reload(fresh) {
      const before = issuers;
      const kept = (wanted: IssuerConfig) => before.find(({ config }) => isDeepStrictEqual(config, wanted));
      const after = await Promise.all(
        fresh.issuers.map((issuer) => kept(issuer) ?? Issuer.open(issuer, deps)),
      );
      if (fresh.access_keys?.file !== accessKeys.file) {
        accessKeys.close();
        accessKeys = await openAccessKeys(fresh, deps);
      }
      issuers = after;
      current = fresh;
      cache.clear();
      for (const issuer of before) if (!after.includes(issuer)) issuer.close();
    },

    async close() {
      accessKeys.close();
      for (const issuer of issuers) issuer.close();
      cache.clear();
    },
  };
}

async function openAccessKeys(config: IdentityConfig, deps: IdentityDeps): Promise<AccessKeys> {
  const accessKeys = new AccessKeys(config.access_keys?.file, deps);
  await accessKeys.open();
  return accessKeys;
}

/** OpenID Connect Discovery 1.0 section 4: a slash at the issuer's end isn't doubled. */
function discoveryUrl({ issuer }: IssuerConfig): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}
