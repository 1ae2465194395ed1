// Finds a claim by its name, by a dotted path, or by a JSON pointer.

export type Claims = Readonly<Record<string, unknown>>;

declare const verified: unique symbol;

/** Claims of a token whose signature, issuer, audience and times were checked, or that its issuer called active. */
export type VerifiedClaims = Claims & { readonly [verified]: true };

/**
 * The value at `path`. A claim of exactly that name comes first, because names hold dots and slashes too
 * (`https://example.com/groups`); then a JSON pointer (RFC 6901) if it begins with a slash, else a dotted path.
 */
export function findClaim(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  const steps = path.startsWith('/')
    ? path
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    : path.split('.');
  let value: unknown = claims;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
