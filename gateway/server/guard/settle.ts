// What the decisions of a text come to: a refusal, waiting for approval, or that it runs.
import { randomUUID } from 'node:crypto';
import type { Effect, Statement } from '../../session/index.ts';
import type { Approval } from '../approval/hold.ts';
import { hasBudgets } from '../budgets/spendings.ts';
import type { Facts } from './allowed.ts';
import { onceApproved } from './approval.ts';
import { type Several, tell } from './asked.ts';
import type { Later } from './facts-of-statement.ts';
import type { SessionOptions } from './guard-options.ts';
import { basisOf, running } from './running.ts';
import { settledBefore } from './settled-before.ts';
import { spending } from './spending.ts';
import { denied, strictest, unenforceable } from './verdict.ts';

/** `all`: of the statements of one text. `approval`: what they waited for, which they have now. */
export function settled(
  all: Several,
  answer: Facts,
  statement: Statement,
  options: SessionOptions,
  approval: Approval | undefined,
): Later<Effect> {
  const decisive = strictest(all);
  const { decision } = decisive.decided;
  const decisionId = randomUUID();
  const refusal = decision.effect === 'deny' ? denied(decision) : unenforceable(decision, decisive.facts);
  const { tracks, masking } = options;
  // What is prepared is decided again when it runs.
  if (tracks.hears && (refusal !== undefined || statement.path !== 'parse')) {
    for (const each of all) tell(tracks, each, each === decisive ? decisionId : randomUUID());
  }
  if (refusal !== undefined) {
    const { message: reason, hint } = refusal;
    const denial = { rule: decision.rule, reason, hint, at: decisive.ask.now };
    options.denials.keep(decisionId, decisive.ask.identity.principal, denial);
    const basis = basisOf(all, decisionId);
    return { kind: 'deny', fault: refusal, decisionId, notices: decision.notices, basis };
  }
  if (decision.effect === 'require_approval') {
    const held = { ...decisive, decision, decisionId, all };
    return onceApproved(held, answer, statement, options, approval);
  }
  // What has no budgets goes on from here, whatever else it has.
  if (!all.some(hasBudgets) || statement.path === 'parse') {
    const effect = running(all, answer, statement, masking);
    // A Parse spends nothing of a budget that its Bind will, and what is estimated is another number each time.
    if (all.length === 1 && decision.needs === undefined && !all.some(hasBudgets) && approval === undefined)
      settledBefore.set(answer, { decision, keys: masking.keys(), effect });
    return effect;
  }
  return spending(all, answer, statement, options, decisionId);
}
