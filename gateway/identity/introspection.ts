// Asks an issuer about an opaque token (RFC 7662).
import { readFile } from 'node:fs/promises';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  Configuration,
  customFetch,
  tokenIntrospection,
} from 'openid-client';
import type { IntrospectionConfig, IssuerConfig } from '../config/index.ts';
import type { Claims, VerifiedClaims } from './claims.ts';
import type { Endpoints } from './discovery.ts';
import { type IssuerFetch, isLoopbackHttp } from './issuer-fetch.ts';
import { LoginRefused } from './login-refused.ts';

export type IntrospectionDeps = Readonly<{
  fetch: IssuerFetch;
  endpoints: () => Promise<Endpoints>;
  skewSeconds: number;
  nowMilliseconds: number;
}>;

/**
 * What the issuer says of the token, once it has said `active: true` for one of our audiences.
 *
 * @throws LoginRefused
 */
export async function introspect(
  token: string,
  issuer: IssuerConfig,
  how: IntrospectionConfig,
  deps: IntrospectionDeps,
): Promise<VerifiedClaims> {
  const claims = await ask(token, issuer, how, deps);
  if (claims.active !== true)
    throw new LoginRefused('token_inactive', 'the issuer says that the token is not active');
  if (claims.iss !== undefined && claims.iss !== issuer.issuer) {
    throw new LoginRefused('issuer_unknown', 'the token is from another issuer');
  }
  const accepted: readonly unknown[] = [issuer.audience].flat();
  if (![claims.aud].flat().some((audience) => accepted.includes(audience))) {
    throw new LoginRefused('audience_mismatch', 'the token is for another audience');
  }
  checkTimes(claims, deps);
  if (claims.cnf !== undefined) {
    throw new LoginRefused(
      'token_sender_constrained',
      'the token is bound to a key of its holder (cnf), which a PostgreSQL client cannot prove',
    );
  }
  return claims as VerifiedClaims;
}

/** The issuer has checked them already; a wrong answer of its must not live longer than the token. */
function checkTimes({ exp, nbf }: Claims, { skewSeconds, nowMilliseconds }: IntrospectionDeps): void {
  const now = nowMilliseconds / 1000;
  for (const [name, time] of Object.entries({ exp, nbf })) {
    if (time !== undefined && !Number.isFinite(time)) {
      throw new LoginRefused('claim_invalid', `the claim "${name}" cannot be used`);
    }
  }
  if (typeof exp === 'number' && exp <= now - skewSeconds) {
    throw new LoginRefused('token_expired', 'the token has expired');
  }
  if (typeof nbf === 'number' && nbf > now + skewSeconds) {
    throw new LoginRefused('token_not_yet_valid', 'the token is not valid yet (nbf)');
  }
}

async function ask(
  token: string,
  issuer: IssuerConfig,
  how: IntrospectionConfig,
  { fetch, endpoints }: IntrospectionDeps,
): Promise<Claims> {
  try {
    const endpoint = how.endpoint ?? (await endpoints()).introspection;
    if (endpoint === undefined) throw new Error('its discovery document names no introspection_endpoint');
    // Read at each use: a rotated secret counts at once.
    const secret = (await readFile(how.client_secret_file, 'utf8')).trim();
    const metadata = { issuer: issuer.issuer, introspection_endpoint: endpoint };
    const client = new Configuration(metadata, how.client_id, secret, ClientSecretBasic(secret));
    client[customFetch] = (target, options) => fetch(target, options);
    if (isLoopbackHttp(new URL(endpoint))) allowInsecureRequests(client);
    return await tokenIntrospection(client, token, { token_type_hint: 'access_token' });
  } catch (error) {
    // Only the message: the library's errors carry the answer, and an issuer may echo the token in it.
    const problem = error instanceof Error ? error.message : 'unknown';
    throw new LoginRefused('issuer_unavailable', `the issuer could not be asked about the token: ${problem}`);
  }
}
