export { accessKeyIssuer } from './access-keys.ts';
export { createIdentity, type Identity, type IdentityDeps } from './create-identity.ts';
export { LoginRefused, type RefusalReason, refusalReasons } from './login-refused.ts';
export type { AccessKeySummary, NewAccessKey } from './manage-access-keys.ts';
export { createAccessKey, listAccessKeys, newAccessKey, revokeAccessKey } from './manage-access-keys.ts';
export type { AccessKey, Actor, Principal, PrincipalKind, Standing } from './principal.ts';
