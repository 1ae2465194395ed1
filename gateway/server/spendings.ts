// What a text that is about to run takes from the budgets of its decisions.
import type { Decision } from '../policy/index.ts';
import type { StatementFacts } from '../sql/index.ts';
import type { Spending } from './budgets.ts';

type Answer = Readonly<{ decided: Readonly<{ decision: Decision }>; facts: Pick<StatementFacts, 'kind'> }>;

const nothing: readonly Spending[] = [];

/** One for each of its statements; of budgets with the same time the smallest holds for all of them. */
export function spendingsOf(answers: readonly Answer[]): readonly Spending[] {
  let spendings: Spending[] | undefined;
  for (const { decided, facts } of answers) {
    const { decision } = decided;
    if (decision.effect === 'deny' || decision.limits?.budgets === undefined) continue;
    // Who is over the budget must still be able to end the transaction, with its locks.
    if (facts.kind === 'transaction') continue;
    spendings ??= [];
    // A decision may have several budgets of one time, and takes one from it all the same.
    const own = new Map<number, number>();
    for (const { window_seconds: seconds, most } of decision.limits.budgets) {
      own.set(seconds, Math.min(most, own.get(seconds) ?? most));
    }
    for (const [seconds, most] of own) add(spendings, { seconds, most, amount: 1, rule: decision.rule });
  }
  return spendings ?? nothing;
}

function add(spendings: Spending[], more: Spending): void {
  const index = spendings.findIndex(({ seconds }) => seconds === more.seconds);
  const known = spendings[index];
  if (known === undefined) spendings.push(more);
  else spendings[index] = { ...(more.most < known.most ? more : known), amount: known.amount + more.amount };
}
