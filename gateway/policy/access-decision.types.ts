// Generated from schemas/access-decision.schema.json by `npm run generate`: do not edit.

/**
 * What a policy decides of somebody who asks for access for a time: the value of `gateway/access/decision`. Whatever isn't of this form is a refusal, and a policy without that entry point grants nothing.
 */
export type AccessDecision = AllowAccess | HoldAccess | DenyAccess;

/**
 * It begins at once.
 */
export interface AllowAccess {
  /**
   * What happens.
   */
  readonly effect: 'allow';
  /**
   * The name of the rule that decided, stable over time: `access.eligible`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
  /**
   * What makes the principal eligible: the grant keeps it, and policies read it as `input.grants[_].eligible`.
   */
  readonly eligible?: string;
}
/**
 * It begins when it is approved.
 */
export interface HoldAccess {
  /**
   * What happens.
   */
  readonly effect: 'require_approval';
  /**
   * The name of the rule that decided, stable over time: `access.eligible`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
  /**
   * What makes the principal eligible: the grant keeps it, and policies read it as `input.grants[_].eligible`.
   */
  readonly eligible?: string;
  /**
   * What an approval takes.
   */
  readonly approval: {
    /**
     * Who may approve: `group:NAME` or `principal:NAME`, any of them.
     */
    readonly approvers: readonly string[];
    /**
     * How many must approve.
     */
    readonly count: number;
    /**
     * Seconds after which a request without an answer ends.
     */
    readonly expires_in: number;
  };
}
/**
 * It isn't granted.
 */
export interface DenyAccess {
  /**
   * What happens.
   */
  readonly effect: 'deny';
  /**
   * The name of the rule that decided, stable over time: `access.eligible`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
}
