// The claims that a token must carry before anybody looks at whom it names.
import type { IssuerConfig, RequiredClaim } from '../config/index.ts';
import { type Claims, findClaim } from './claims.ts';
import { LoginRefused } from './login-refused.ts';

/** @throws LoginRefused for the first required claim that is missing or has another value */
export function checkRequiredClaims(claims: Claims, required: IssuerConfig['required_claims']): void {
  for (const [path, wanted] of Object.entries(required)) {
    const value = findClaim(claims, path);
    if (value === undefined) {
      throw new LoginRefused('required_claim_mismatch', `the token lacks the required claim "${path}"`);
    }
    if (!fits(value, wanted)) {
      throw new LoginRefused(
        'required_claim_mismatch',
        `the claim "${path}" is not what required_claims asks for`,
      );
    }
  }
}

function fits(value: unknown, wanted: RequiredClaim): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const accepted: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return values.some((one) => accepted.includes(one));
}
