// What a policy answers, and what stands in its place where it has no answer.
import type { Input } from '../../../sql/index.ts';
import type { AccessDecision } from '../../access-decision.types.ts';
import type { ApproveDecision } from '../../approve-decision.types.ts';
import type { ConnectDecision } from '../../connect-decision.types.ts';
import type { Decision } from '../../decision.types.ts';

export type DecisionOf = Readonly<{
  connect: ConnectDecision;
  statement: Decision;
  approve: ApproveDecision;
  access: AccessDecision;
}>;

export type Decided<D = Decision> = Readonly<{
  decision: D;
  /** Of the policy that decided. */
  revision: string;
  cached: boolean;
  /** What it was asked, as the policy saw it. */
  input(): Input;
}>;

export const undecidedRule = 'gateway.undecided';

/** The answer without a policy's: no. */
export type Undecided = Readonly<{
  effect: 'deny';
  rule: typeof undecidedRule;
  reason: string;
  hint: string;
}>;

/** `because` is for whoever wrote the policy. It names places, and no values. */
export function undecided(because: string): Undecided {
  return Object.freeze({
    effect: 'deny',
    rule: undecidedRule,
    reason: `The policy did not decide: ${because}.`,
    hint: 'This is a fault of the policy and not of the statement: tell those who maintain it.',
  });
}
