// From the token that a client sent to the principal it proves, or to the reason why it proves none.
import type { Issuer } from './issuer.ts';
import { LoginRefused, quote } from './login-refused.ts';
import { readToken } from './read-token.ts';
import type { Verdict } from './token-cache.ts';

/** @throws LoginRefused */
export async function verifyToken(
  token: string,
  issuers: readonly Issuer[],
  skewSeconds: number,
): Promise<Verdict> {
  const unverified = readToken(token);
  if (unverified.form === 'opaque') return await verifyOpaque(token, issuers, skewSeconds);
  const { claimedIssuer } = unverified;
  // As text, exactly (OpenID Connect Core section 2): a trailing slash makes another issuer.
  const issuer = issuers.find(({ config }) => config.issuer === claimedIssuer);
  if (issuer === undefined) {
    const hint = issuers.some(({ config }) => withoutSlash(config.issuer) === withoutSlash(claimedIssuer))
      ? '; one that differs by its last slash is'
      : '';
    throw new LoginRefused('issuer_unknown', `the issuer ${quote(claimedIssuer)} is not configured${hint}`);
  }
  return await issuer.verifySigned(token, skewSeconds);
}

/** An opaque token doesn't say whose it is: the issuers with introspection are asked in the order of the configuration. */
async function verifyOpaque(
  token: string,
  issuers: readonly Issuer[],
  skewSeconds: number,
): Promise<Verdict> {
  let refusal = new LoginRefused(
    'token_malformed',
    'the password is no JWT, and no issuer has introspection',
  );
  for (const issuer of issuers) {
    if (issuer.config.introspection === undefined) continue;
    try {
      return await issuer.verifyOpaque(token, skewSeconds);
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      // Whoever knows the token has the last word; `token_inactive` only says that this issuer doesn't.
      if (error.reason !== 'token_inactive' && error.reason !== 'issuer_unavailable') throw error;
      refusal = error;
    }
  }
  throw refusal;
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}
