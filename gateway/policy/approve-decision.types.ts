// Generated from schemas/approve-decision.schema.json by `npm run generate`: do not edit.

/**
 * What a policy decides of somebody who wants to approve a statement that is held: the value of `gateway/approve/decision`. Whatever isn't of this form is a refusal.
 */
export type ApproveDecision = AllowApproval | DenyApproval;

/**
 * The approval counts.
 */
export interface AllowApproval {
  /**
   * This person may approve it.
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
   * How many approvals it counts for; absent: 1.
   */
  readonly weight?: number;
}
/**
 * The approval doesn't count.
 */
export interface DenyApproval {
  /**
   * This person may not approve it.
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
