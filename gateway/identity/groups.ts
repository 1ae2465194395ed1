// Reads the groups of a token, and notices when the issuer left them out because there were too many.
import { type Claims, findClaim } from './claims.ts';
import { LoginRefused } from './login-refused.ts';

/**
 * @throws LoginRefused when the token says that it doesn't hold all groups: a policy that refuses a group would
 * otherwise let its members pass
 */
export function readGroups(claims: Claims, path: string): readonly string[] {
  const value = findClaim(claims, path);
  if (value === undefined) {
    if (isOverage(claims, path)) {
      throw new LoginRefused(
        'groups_overage',
        'the issuer left the groups out of the token because there are too many; see docs/identity.md',
      );
    }
    return [];
  }
  // ADFS and others write a single group as a string. It is never split: group names hold spaces and commas.
  const groups = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(groups) || !groups.every((group) => typeof group === 'string')) {
    throw new LoginRefused('claim_invalid', `the claim "${path}" is neither a text nor a list of texts`);
  }
  return groups;
}

/** Entra ID's two signs of overage: a distributed claim (OpenID Connect Core section 5.6.2), or `hasgroups`. */
function isOverage(claims: Claims, path: string): boolean {
  const { _claim_names: distributed, hasgroups } = claims;
  if (hasgroups === true || hasgroups === 'true') return true;
  return typeof distributed === 'object' && distributed !== null && Object.hasOwn(distributed, path);
}
