// Generated from schemas/connect-decision.schema.json by `npm run generate`: do not edit.

/**
 * What a policy decides of a login: the value of `gateway/connect/decision`. Whatever isn't of this form is a refusal.
 */
export type ConnectDecision = AllowLogin | DenyLogin;
/**
 * How much of it is recorded: nothing beyond the decision itself, what was asked, or the rows of its answer too.
 */
export type Recording = 'none' | 'metadata' | 'full';

/**
 * The session begins.
 */
export interface AllowLogin {
  /**
   * It may connect.
   */
  readonly effect: 'allow';
  /**
   * The name of the rule that decided, stable over time: `labels.predicate`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway. It may name columns, tables and labels, never values.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
  /**
   * Which of the resource's credentials the gateway connects with; absent: `default`.
   */
  readonly credential?: string;
  /**
   * Settings of the session, which the client can't change: what row security in the database reads.
   */
  readonly settings?: {
    readonly [k: string]: string;
  };
  readonly limits?: SessionLimits;
  readonly record?: Recording;
  /**
   * Sentences that are sent to the client as notices.
   */
  readonly notices?: readonly string[];
}
/**
 * How long and how often one principal may be connected.
 */
export interface SessionLimits {
  /**
   * Seconds after which the session ends.
   */
  readonly max_session_seconds?: number;
  /**
   * Sessions of this principal on this resource at a time.
   */
  readonly max_sessions?: number;
}
/**
 * The login is refused.
 */
export interface DenyLogin {
  /**
   * It may not connect.
   */
  readonly effect: 'deny';
  /**
   * The name of the rule that decided, stable over time: `labels.predicate`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway. It may name columns, tables and labels, never values.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
}
