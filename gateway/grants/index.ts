// Access for a time: asked for, begun at once or when it is approved, ended by its time or by somebody.

export { ActiveGrants } from './active-grants.ts';
export { durationInWords, parseDuration } from './duration.ts';
export type { Extension, Grant, GrantStatus, Wish } from './grant.ts';
export { Grants } from './grants.ts';
export { parseRights, type Rights, type RightsWord, rightsInWords, rightsOf, rightsWords } from './rights.ts';
export { rightsIn } from './rights-in-body.ts';
