// Why a login was refused: for the log and the audit alone, the client reads the same words whatever the reason.

/** What an operator can look for and count; docs/identity.md says what to do about each. */
export const refusalReasons = [
  'token_too_large',
  'token_malformed',
  'token_encrypted',
  'token_type_refused',
  'issuer_unknown',
  'issuer_unavailable',
  'key_unknown',
  'key_ambiguous',
  'key_unusable',
  'algorithm_refused',
  'signature_invalid',
  'audience_mismatch',
  'token_expired',
  'token_not_yet_valid',
  'token_inactive',
  'token_sender_constrained',
  'claim_missing',
  'claim_invalid',
  'required_claim_mismatch',
  'groups_overage',
  'access_key_unknown',
  'access_key_expired',
  'access_key_revoked',
  'access_key_wrong_secret',
  'principal_revoked',
  'token_revoked',
  'token_used',
  'token_without_id',
  'agent_suspended',
  'agent_expired',
  'agent_deleted',
  'owner_revoked',
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

const longestQuote = 100;

/**
 * A refused login. Its text never holds the token; what it quotes out of one is shortened.
 *
 * It carries no `cause`: the errors of a JWT library hold the token's payload, and loggers print causes.
 */
export class LoginRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, text: string) {
    super(text);
    this.name = 'LoginRefused';
    this.reason = reason;
  }
}

/** Untrusted text for a log line. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return `"${text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text}"`;
}
