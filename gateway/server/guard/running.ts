// Statements that may run: within which time and limits, with what said beside, and which of their columns are masked.
import type { Effect, Statement } from '../../session/index.ts';
import { Basis, judged } from '../audit/basis.ts';
import { type Facts, permitted, tellChanges } from './allowed.ts';
import { answerLimitsOf } from './answer-limits.ts';
import type { Asked, Several } from './asked.ts';
import { type Masking, plannedMasks } from './mask-plan.ts';
import { strictest } from './verdict.ts';
import { withholdsWords } from './withheld-words.ts';

/** All of them may run, some with their results masked. */
export function running(
  all: Several,
  answer: Facts,
  statement: Statement,
  masking: Masking,
  basis: Basis = basisOf(all),
): Effect {
  const milliseconds = timeOf(all);
  const notices = noticesOf(all);
  const limits = answerLimitsOf(all);
  if (all.every(({ decided }) => decided.decision.effect !== 'mask')) {
    const withholds = all.some(({ decided, facts }) => withholdsWords(decided.decision, facts));
    const isPlain = milliseconds === undefined && notices === undefined && !withholds && limits === undefined;
    const beside = isPlain ? { basis } : { milliseconds, notices, withholds, limits, basis };
    return permitted(answer, statement, beside);
  }
  tellChanges(answer, statement);
  const plans = all.map(({ decided: { decision }, facts }) =>
    decision.effect === 'mask' ? plannedMasks(decision, facts, masking) : undefined,
  );
  return { kind: 'mask', plans, milliseconds, notices, limits, basis };
}

/** The decisive one comes first. */
export function basisOf(all: Several, decisionId?: string): Basis {
  const decisive = strictest(all);
  const { approval } = decisive.ask;
  const others = all.filter((each) => each !== decisive).map(judged);
  const by = approval && { id: approval.id, approvers: approval.approved_by, input: approval };
  return new Basis([judged(decisive), ...others], decisionId, by);
}

/** The shortest of those that the statements have. */
function timeOf(all: readonly Asked[]): number | undefined {
  let shortest: number | undefined;
  for (const { decided } of all) {
    const { decision } = decided;
    const milliseconds = decision.effect === 'deny' ? undefined : decision.limits?.statement_timeout_ms;
    if (milliseconds !== undefined && milliseconds < (shortest ?? Number.POSITIVE_INFINITY))
      shortest = milliseconds;
  }
  return shortest;
}

/** Each sentence once. */
function noticesOf(all: readonly Asked[]): readonly string[] | undefined {
  if (all.every(({ decided }) => decided.decision.notices === undefined)) return undefined;
  return [...new Set(all.flatMap(({ decided }) => decided.decision.notices ?? []))];
}
