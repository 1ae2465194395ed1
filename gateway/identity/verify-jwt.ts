// Checks one signed token: form, type, algorithm, signature, issuer, audience and times.
import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type LocalJWKSet,
  type ProtectedHeaderParameters,
} from 'jose';
import type { IssuerConfig } from '../config/index.ts';
import type { VerifiedClaims } from './claims.ts';
import type { KeySource } from './key-source.ts';
import { LoginRefused, quote, type RefusalReason } from './login-refused.ts';

// Anything else that is signed with the same keys (logout tokens, security events, proofs) is no right to log in.
const acceptedTypes = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

export type JwtRules = Readonly<{ issuer: IssuerConfig; skewSeconds: number; nowMilliseconds: number }>;

/** @throws LoginRefused */
export async function verifyJwt(token: string, keys: KeySource, rules: JwtRules): Promise<VerifiedClaims> {
  checkHeader(readHeader(token), rules.issuer);
  const claims = await verifyWith(keys, (resolve) => check(token, resolve, rules));
  checkIssuedAt(claims, rules);
  if (claims.cnf !== undefined) {
    throw new LoginRefused(
      'token_sender_constrained',
      'the token is bound to a key of its holder (cnf), which a PostgreSQL client cannot prove',
    );
  }
  return claims as VerifiedClaims;
}

function readHeader(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new LoginRefused('token_malformed', 'the header of the token cannot be read');
  }
}

function checkHeader({ alg, typ, crit }: ProtectedHeaderParameters, issuer: IssuerConfig): void {
  // Said here because jose's words for it don't name the algorithm; it is given the same list below.
  if (!issuer.algorithms.some((accepted) => accepted === alg)) {
    throw new LoginRefused(
      'algorithm_refused',
      `the token's algorithm ${quote(alg)} is not one of the issuer's`,
    );
  }
  if (typ !== undefined && !(typeof typ === 'string' && acceptedTypes.has(typ.toLowerCase()))) {
    throw new LoginRefused('token_type_refused', `a token of the type ${quote(typ)} is no right to log in`);
  }
  if (crit !== undefined) {
    throw new LoginRefused('token_malformed', 'the token insists on an extension that is not known (crit)');
  }
}

/** Tries the keys at hand; only an unknown key is a reason to look for newer ones, and only once. */
async function verifyWith<T>(keys: KeySource, attempt: (resolve: LocalJWKSet) => Promise<T>): Promise<T> {
  try {
    return await attempt(await keys.current());
  } catch (error) {
    if (!(error instanceof LoginRefused && error.reason === 'key_unknown')) throw error;
    const newer = await keys.lookAgain();
    if (newer === undefined) throw error;
    return await attempt(newer);
  }
}

async function check(token: string, resolve: LocalJWKSet, rules: JwtRules): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, resolve, {
      algorithms: [...rules.issuer.algorithms],
      issuer: rules.issuer.issuer,
      audience: [rules.issuer.audience].flat(),
      requiredClaims: ['exp'],
      clockTolerance: rules.skewSeconds,
      currentDate: new Date(rules.nowMilliseconds),
    });
    return payload;
  } catch (error) {
    throw translate(error);
  }
}

const reasons: Readonly<Record<string, readonly [RefusalReason, string]>> = {
  [errors.JWTExpired.code]: ['token_expired', 'the token has expired'],
  [errors.JOSEAlgNotAllowed.code]: ['algorithm_refused', "the token's algorithm is not one of the issuer's"],
  [errors.JWKSNoMatchingKey.code]: ['key_unknown', 'no key of the issuer fits the token'],
  [errors.JWKSMultipleMatchingKeys.code]: ['key_ambiguous', 'the token names no key and several would fit'],
  [errors.JWSSignatureVerificationFailed.code]: ['signature_invalid', 'the signature of the token is wrong'],
};

/** jose's errors hold the payload, so nothing of them is kept but the kind. */
function translate(error: unknown): LoginRefused {
  if (error instanceof errors.JWTClaimValidationFailed) return translateClaim(error);
  // What is no error of jose's own comes from importing the key: too short, or malformed.
  if (!(error instanceof errors.JOSEError)) {
    return new LoginRefused('key_unusable', "the issuer's key for the token cannot be used");
  }
  const [reason, text] = reasons[error.code] ?? ['token_malformed', 'the token cannot be read'];
  return new LoginRefused(reason, text);
}

function translateClaim({ claim, reason }: errors.JWTClaimValidationFailed): LoginRefused {
  if (reason === 'missing') return new LoginRefused('claim_missing', `the token lacks the claim "${claim}"`);
  if (claim === 'aud') return new LoginRefused('audience_mismatch', 'the token is for another audience');
  if (claim === 'iss') return new LoginRefused('issuer_unknown', 'the token is from another issuer');
  if (claim === 'nbf' && reason === 'check_failed') {
    return new LoginRefused('token_not_yet_valid', 'the token is not valid yet (nbf)');
  }
  return new LoginRefused('claim_invalid', `the claim "${claim}" cannot be used`);
}

/** A token from the future is a clock that is wrong, or a forgery; jose checks `iat` only for a maximum age. */
function checkIssuedAt({ iat }: JWTPayload, { skewSeconds, nowMilliseconds }: JwtRules): void {
  if (iat === undefined) return;
  if (typeof iat !== 'number') throw new LoginRefused('claim_invalid', 'the claim "iat" cannot be used');
  if (iat > nowMilliseconds / 1000 + skewSeconds) {
    throw new LoginRefused('token_not_yet_valid', 'the token is from the future (iat): compare the clocks');
  }
}
