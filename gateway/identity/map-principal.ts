// From the verified claims of a token to the principal they name.
import type { IssuerConfig } from '../config/index.ts';
import { findClaim, type VerifiedClaims } from './claims.ts';
import { readGroups } from './groups.ts';
import { LoginRefused } from './login-refused.ts';
import type { Actor, Principal, PrincipalKind } from './principal.ts';

const longestName = 256;
const deepestActor = 8;
const kinds: readonly unknown[] = ['agent', 'service', 'human'] satisfies PrincipalKind[];
// Control, format and line-separating characters would let a name pose as another in a log or a terminal.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** @throws LoginRefused when a mapped claim is missing or has no usable value */
export function mapPrincipal(claims: VerifiedClaims, issuer: IssuerConfig, expiresAt: number): Principal {
  const name = readName(claims, issuer.claims.principal);
  return Object.freeze({
    name: (issuer.principal_prefix ?? '') + name,
    kind: readKind(claims, issuer),
    issuer: issuer.issuer,
    subject: typeof claims.sub === 'string' ? claims.sub : name,
    groups: Object.freeze([...readGroups(claims, issuer.claims.groups)]),
    scopes: Object.freeze(readScopes(claims, issuer.claims.scopes)),
    claims: deepFreeze(claims),
    actor: readActor(claims.act, 1),
    auth: Object.freeze({ method: 'oidc', expiresAt, keyId: undefined, tokenId: readTokenId(claims) }),
  });
}

function readName(claims: VerifiedClaims, path: string): string {
  const name = findClaim(claims, path);
  if (name === undefined) throw new LoginRefused('claim_missing', `the token lacks the claim "${path}"`);
  if (typeof name !== 'string' || name === '' || name.length > longestName || unprintable.test(name)) {
    throw new LoginRefused('claim_invalid', `the claim "${path}" is no usable name`);
  }
  return name;
}

function readKind(claims: VerifiedClaims, issuer: IssuerConfig): PrincipalKind {
  const kind = findClaim(claims, issuer.claims.kind);
  if (kind === undefined) return issuer.kind;
  if (!kinds.includes(kind)) {
    throw new LoginRefused(
      'claim_invalid',
      `the claim "${issuer.claims.kind}" is not agent, service or human`,
    );
  }
  return kind as PrincipalKind;
}

/** RFC 7519 section 4.1.7. */
function readTokenId({ jti }: VerifiedClaims): string | undefined {
  return typeof jti === 'string' && jti !== '' ? jti : undefined;
}

/** A text with spaces (RFC 8693 section 4.2), or a list as Okta's `scp`. */
function readScopes(claims: VerifiedClaims, path: string): string[] {
  const value = findClaim(claims, path);
  if (value === undefined) return [];
  const scopes = typeof value === 'string' ? value.split(' ').filter(Boolean) : value;
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) {
    throw new LoginRefused('claim_invalid', `the claim "${path}" is neither a text nor a list of texts`);
  }
  return [...scopes];
}

/** RFC 8693 section 4.1. An actor that can't be read is a refusal: the policy would judge the wrong party. */
function readActor(act: unknown, depth: number): Actor | undefined {
  if (act === undefined) return undefined;
  const {
    sub,
    iss,
    act: earlier,
  } = (typeof act === 'object' && act !== null ? act : {}) as Record<string, unknown>;
  if (
    typeof sub !== 'string' ||
    sub === '' ||
    (iss !== undefined && typeof iss !== 'string') ||
    depth > deepestActor
  ) {
    throw new LoginRefused('claim_invalid', 'the claim "act" is no chain of actors');
  }
  return Object.freeze({ subject: sub, issuer: iss, actor: readActor(earlier, depth + 1) });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
