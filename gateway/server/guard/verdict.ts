// What a decision comes to: the words of a refusal, what this gateway can't do, and the strictest of several.
import { Fault } from '../../lib/index.ts';
import type { Decision } from '../../policy/index.ts';
import type { StatementFacts } from '../../sql/index.ts';
import { isUncountable } from './answer-limits.ts';
import { pinnedSettingChanged } from './pinned-settings.ts';

/** From what stops a statement to what lets it run as it is. */
const strictness: readonly Decision['effect'][] = ['deny', 'require_approval', 'mask', 'allow'];

/** Of the statements of one text, which run all or not at all. */
export function strictest<T extends { decided: { decision: Decision }; facts: StatementFacts }>(
  answers: readonly [T, ...(readonly T[])],
): T {
  const rank = ({ decided: { decision }, facts }: T): number =>
    unenforceable(decision, facts) === undefined ? strictness.indexOf(decision.effect) : 0;
  return answers.reduce((one, other) => (rank(other) < rank(one) ? other : one));
}

export function denied({ rule, reason, hint }: Decision): Fault {
  const fault = new Fault('statement_denied', { rule, reason: clause(reason) });
  fault.hint = hint;
  return fault;
}

/** Whatever is asked for beside letting it run, and can't be done, is a refusal. */
export function unenforceable(decision: Decision, facts: StatementFacts): Fault | undefined {
  const pinned = pinnedSettingChanged(facts);
  if (pinned !== undefined) return pinned;
  const what = notDone(decision, facts);
  if (what === undefined) return undefined;
  const { rule, reason, hint } = decision;
  const fault = new Fault('decision_not_enforceable', { rule, what });
  const sentences = [reason, hint].filter((text) => text !== undefined && text !== '');
  fault.hint = sentences.length === 0 ? undefined : sentences.join(' ');
  return fault;
}

/** A policy gives its reason as a sentence; the message of an error ends without a full stop. */
export const clause = (reason: string | undefined): string =>
  reason?.replace(/(?<!\.)\.$/, '') || 'the policy does not allow this';

function notDone(decision: Decision, facts: StatementFacts): string | undefined {
  switch (decision.effect) {
    case 'allow':
    case 'mask':
      return limitNotKept(decision.limits, facts);
    case 'require_approval':
      return atCommitNotKept(decision.approval) ?? limitNotKept(decision.limits, facts);
    case 'deny':
      return undefined;
    default:
      return decision satisfies never;
  }
}

type Terms = Extract<Decision, { effect: 'require_approval' }>['approval'];

/** A commit is one moment of one transaction. */
function atCommitNotKept({ at, scope, uses }: Terms): string | undefined {
  if (at !== 'commit' || (scope === 'statement' && uses === 1)) return undefined;
  return 'an approval at the commit that holds for more than that commit: its scope has to be statement, and its uses 1';
}

function limitNotKept(
  limits: Extract<Decision, { effect: 'allow' }>['limits'],
  facts: StatementFacts,
): string | undefined {
  if (limits === undefined) return undefined;
  const { max_affected_rows: affected } = limits;
  if (limits.read_only === true && !facts.readOnly) return 'statements that only read';
  if (affected === undefined || !isUncountable(facts, affected)) return undefined;
  return `at most ${affected} changed rows, and how many this changes cannot be counted`;
}
