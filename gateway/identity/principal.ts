// Who a client has proven to be, and how.
import type { ScramVerifier } from '../wire/index.ts';

export type PrincipalKind = 'agent' | 'service' | 'human';

/** RFC 8693 section 4.1: who acts for the subject, the most recent one outermost. */
export type Actor = Readonly<{ subject: string; issuer: string | undefined; actor: Actor | undefined }>;

export type Principal = Readonly<{
  /** What policies, limits and the audit know it by. */
  name: string;
  kind: PrincipalKind;
  issuer: string;
  subject: string;
  groups: readonly string[];
  scopes: readonly string[];
  /** Every claim of the token, verified. */
  claims: Readonly<Record<string, unknown>>;
  actor: Actor | undefined;
  auth: Readonly<{
    method: 'oidc' | 'access_key' | 'mtls';
    /** Unix seconds at which the right to a session ends; for a token its `exp` and the allowed clock skew. */
    expiresAt: number | undefined;
    keyId: string | undefined;
    /** The token's `jti`, by which it can be revoked; not every issuer gives one. */
    tokenId?: string | undefined;
  }>;
}>;

/** An access key that may log in now: proof is an exchange against the verifier. */
export type AccessKey = Readonly<{ id: string; principal: Principal; verifier: ScramVerifier }>;

export type Standing = 'valid' | 'expired' | 'revoked';
