// Statements that may run as soon as there is room in their budgets.
import { Fault } from '../../lib/index.ts';
import type { AnswerMeter, Effect, Statement } from '../../session/index.ts';
import type { Facts } from './allowed.ts';
import type { Several } from './asked.ts';
import type { Later } from './facts-of-statement.ts';
import type { SessionOptions } from './guard-options.ts';
import { basisOf, running } from './running.ts';

export function spending(
  all: Several,
  answer: Facts,
  statement: Statement,
  { spender, masking }: SessionOptions,
  decisionId: string,
  basis = basisOf(all),
): Later<Effect> {
  const within = (spent: AnswerMeter | Fault | undefined): Effect => {
    if (spent instanceof Fault) return { kind: 'deny', fault: spent, decisionId, basis };
    const effect = running(all, answer, statement, masking, basis);
    if (spent === undefined || effect.kind === 'deny') return effect;
    const readOnly = all.every(({ facts }) => facts.readOnly);
    return { ...effect, limits: { readOnly, ...effect.limits, meter: spent } };
  };
  const spent = spender.spend(all, statement);
  return spent instanceof Promise ? spent.then(within) : within(spent);
}
