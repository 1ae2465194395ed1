// Who the canary decides for: named principals, members of named groups, and a share of all principals.
import { createHash } from 'node:crypto';
import type { CanaryConfig } from '../../config/index.ts';
import type { IdentityInput } from '../engine/input/ask.ts';

export type CanaryShare = Readonly<{ includes(identity: IdentityInput): boolean }>;

/** An identity is an object that never changes, so that its answer is found once. */
export function createCanaryShare({ principals, groups, percent, bundles }: CanaryConfig): CanaryShare {
  const named = new Set(principals);
  const members = new Set(groups);
  const salt = bundles
    .map(({ name }) => name)
    .sort()
    .join('\n');
  const known = new WeakMap<IdentityInput, boolean>();
  const find = (identity: IdentityInput): boolean =>
    named.has(identity.principal) ||
    identity.groups.some((group) => members.has(group)) ||
    placeOf(identity.principal, salt) < percent;
  return {
    includes(identity) {
      let included = known.get(identity);
      if (included === undefined) {
        included = find(identity);
        known.set(identity, included);
      }
      return included;
    },
  };
}

/**
 * A principal's place among all, from 0 to below 100: the same on every gateway and at every start, so that whoever is in
 * a share is in every greater one too. Each set of bundles shuffles anew, or the same principals would try all of them.
 */
function placeOf(principal: string, salt: string): number {
  const hash = createHash('sha256').update(`${salt}\0${principal}`).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100;
}
