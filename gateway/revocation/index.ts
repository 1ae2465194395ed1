// Access that was withdrawn: kept in the state database, known to every gateway that shares it.

export { type NewRevocation, type Revocation, type RevocationKind, revocationKinds } from './revocation.ts';
export { lift, revocationsInForce, revoke } from './revocations.ts';
export { Revoked } from './revoked.ts';
