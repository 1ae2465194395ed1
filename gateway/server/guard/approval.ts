// Statements that people have to approve: held before they run, or run with their commit held.
import { isDeepStrictEqual } from 'node:util';
import { Fault } from '../../lib/index.ts';
import type { Decision } from '../../policy/index.ts';
import type { Effect, Statement } from '../../session/index.ts';
import { isHeldAtCommit, NotedStatement } from '../approval/commit/noted-statement.ts';
import {
  type Approval,
  type ApprovalDecision,
  approvalOf,
  type Held,
  useApproval,
} from '../approval/hold.ts';
import { asksRequester, purposeFor } from '../approval/purpose.ts';
import type { Facts } from './allowed.ts';
import type { Asked, Several } from './asked.ts';
import { factsOf, type Later } from './facts-of-statement.ts';
import type { SessionOptions } from './guard-options.ts';
import { basisOf, running } from './running.ts';
import { spending } from './spending.ts';

/** `all`: of the statements of one text. */
export type Holding = Asked & Readonly<{ decision: ApprovalDecision; decisionId: string; all: Several }>;

/** Runs what has its approval, and holds what has none yet. A Parse runs nothing. */
export function onceApproved(
  held: Holding,
  answer: Facts,
  statement: Statement,
  options: SessionOptions,
  approval: Approval | undefined,
): Later<Effect> {
  const { all, decision, decisionId } = held;
  const released = all.map(asApproved) as unknown as Several;
  if (statement.path === 'parse') return running(released, answer, statement, options.masking);
  if (isHeldAtCommit(all)) {
    if (all.some(({ decided }) => asksForOther(decided.decision, decision)))
      return { kind: 'deny', fault: new Fault('approval_several'), decisionId, basis: basisOf(all) };
    return runUntilCommit(held, released, answer, statement, options);
  }
  return approval === undefined
    ? hold(held, statement, options)
    : useApproval(heldOf(held), approval, statement, options.office).then((fault) =>
        fault === undefined
          ? spending(released, answer, statement, options, decisionId, basisOf(all, decisionId))
          : { kind: 'deny', fault, decisionId, basis: basisOf(all, decisionId) },
      );
}

/** It runs, and its commit is held; whoever sends it is asked for their reason before. */
async function runUntilCommit(
  { ask, decided, decision, decisionId, all }: Holding,
  released: Several,
  answer: Facts,
  statement: Statement,
  options: SessionOptions,
): Promise<Effect> {
  const { approval: terms, rule } = decision;
  const rest = all.map((each) => each.ask).filter((each) => each !== ask);
  const asks = [ask, ...rest] as const;
  const note = new NotedStatement(statement, { decision, decisionId, revision: decided.revision, asks });
  try {
    if (asksRequester(terms)) await purposeFor(terms, rule, statement);
  } catch (error) {
    if (error instanceof Fault) return { kind: 'deny', fault: error, decisionId, basis: basisOf(all) };
    throw error;
  }
  const basis = basisOf(all, decisionId);
  return noting(await spending(released, answer, statement, options, decisionId, basis), note);
}

function noting(effect: Effect, commit: NotedStatement): Effect {
  if (effect.kind === 'deny') return effect;
  return { ...effect, limits: { ...effect.limits, readOnly: false, commit } };
}

/** Waits for approval, and decides once more when it is there: nothing is as old as what people have thought about. */
async function hold(held: Holding, statement: Statement, options: SessionOptions): Promise<Effect> {
  const { ask, decision, decisionId, all } = held;
  const basis = basisOf(all, decisionId);
  const { notices } = decision;
  const refused = (fault: Fault): Effect => ({ kind: 'deny', fault, decisionId, notices, basis });
  if (all.some(({ decided }) => asksForOther(decided.decision, decision)))
    return refused(new Fault('approval_several'));
  try {
    options.trail.held(ask.session.id, statement, basis);
    for (;;) {
      const approval = await approvalOf(heldOf(held), statement, options.office);
      // What it names may have become something else meanwhile.
      options.facts.schemaChanged();
      const answer = await factsOf(statement, statement.text ?? '', options.facts);
      const effect = await options.decideAgain(answer, statement, options, approval);
      // Another statement had the last use of it first: this one asks for an approval of its own.
      const isTaken =
        effect.kind === 'deny' && effect.fault instanceof Fault && effect.fault.code === 'approval_used';
      if (!isTaken) return effect;
    }
  } catch (error) {
    if (error instanceof Fault) return refused(error);
    throw error;
  }
}

const heldOf = ({ ask, decided, decision, decisionId, all }: Holding): Held => ({
  ...{ ask, decision, decisionId, revision: decided.revision },
  facts: all.map(({ facts }) => facts),
});

const asksForOther = (other: Decision, decision: ApprovalDecision): boolean =>
  other.effect === 'require_approval' && !isDeepStrictEqual(other.approval, decision.approval);

/** What it comes to once people have agreed. */
function asApproved(asked: Asked): Asked {
  const { decision } = asked.decided;
  if (decision.effect !== 'require_approval') return asked;
  const { approval: _, masks, ...rest } = decision;
  const approved: Decision =
    masks === undefined ? { ...rest, effect: 'allow' } : { ...rest, effect: 'mask', masks };
  return { ...asked, decided: { ...asked.decided, decision: approved } };
}
