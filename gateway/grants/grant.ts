// What somebody was granted for a time, or asks for.
import type { Input } from '../sql/index.ts';
import type { Rights } from './rights.ts';

export type Identity = Input['identity'];

/** Access that the policy has said something of. */
export type Wish = Readonly<{
  resource: string;
  identity: Identity;
  rights: Rights;
  seconds: number;
  reason: string;
  /** What makes whoever asks eligible, as the decision says. */
  eligible: string | undefined;
  rule: string;
  revision: string;
  decisionId: string;
  /** What the approver's policy is asked with. */
  session: Input['session'];
  resourceInput: Input['resource'];
}>;

export type GrantStatus = 'requested' | 'active' | 'denied' | 'expired' | 'withdrawn' | 'revoked' | 'ended';

/** A request that it may last longer. */
export type Extension = Readonly<{ request: string; until: number; approvers: readonly string[] }>;

/** Times are milliseconds since 1970 by the clock of the state database. */
export type Grant = Readonly<{
  id: string;
  status: GrantStatus;
  resource: string;
  principal: string;
  identity: Identity;
  rights: Rights;
  seconds: number;
  reason: string;
  eligible: string | undefined;
  rule: string;
  decisionId: string;
  requestedAt: number;
  /** Absent until it is active. */
  from: number | undefined;
  until: number | undefined;
  /** Who may approve it, or could; absent where nobody had to. */
  approvers: readonly string[] | undefined;
  /** Those who answered. */
  answeredBy: readonly string[];
  /** When the request for it ends. */
  openUntil: number | undefined;
  /** Of whoever refused or revoked it. */
  words: string | undefined;
  revokedBy: string | undefined;
  /** One that waits for approval. */
  extension: Extension | undefined;
}>;
