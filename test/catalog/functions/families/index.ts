// All families, in the order in which they claim a function: what reaches furthest claims first.
import type { ServerFunction } from '../server-functions.ts';
import type { Family } from './family.ts';
import { internalFamilies } from './internal-families.ts';
import { serverFamilies } from './server-families.ts';
import { sessionFamilies } from './session-families.ts';
import { valueFamilies } from './value-families.ts';

export { extensionFamilyOf, reviewedExtensions } from './extension-families.ts';
export type { Family } from './family.ts';
export const families: readonly Family[] = [
  ...internalFamilies,
  ...serverFamilies,
  ...sessionFamilies,
  ...valueFamilies,
];

/** The family that claims it; undefined where nobody has looked at anything like it. */
export function familyOf(candidate: ServerFunction): Family | undefined {
  return families.find((family) => family.has(candidate));
}
