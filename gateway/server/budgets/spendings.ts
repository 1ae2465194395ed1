// What a text takes from the budgets of its decisions: before it runs, and while its answer passes.
import type { Decision } from '../../policy/index.ts';
import type { StatementFacts, StatementKind } from '../../sql/index.ts';
import { mostChanges } from './changes.ts';
import { cellsOf } from './labelled-cells.ts';
import { type Budget, countKey, type Share, type Spending } from './spending.ts';

export type Answer = Readonly<{ decided: Readonly<{ decision: Decision }>; facts: StatementFacts }>;

/** A share, and how much of it one row takes. */
export type MeteredShare = Share & Readonly<{ perRow: number }>;

export type Takings = Readonly<{ spendings: readonly Spending[]; shares: readonly MeteredShare[] }>;

const nothing: readonly never[] = [];
const noTakings: Takings = { spendings: nothing, shares: nothing };

/** Who is over the budget must still be able to end the transaction, with its locks. */
export const hasBudgets = ({ decided: { decision }, facts }: Answer): boolean =>
  decision.effect !== 'deny' && decision.limits?.budgets !== undefined && facts.kind !== 'transaction';

/**
 * Of all statements of a text; probes are told elsewhere. `runs`: it begins to run, rather than to show more rows. Of
 * budgets with the same count the smallest holds for all of them.
 */
export function takingsOf(answers: readonly Answer[], runs: boolean): Takings {
  const budgeted = answers.filter(hasBudgets);
  if (budgeted.length === 0) return noTakings;
  const spendings = new Map<string, Spending>();
  const shares = new Map<string, MeteredShare>();
  for (const { decided, facts } of budgeted) {
    const { decision } = decided;
    for (const budget of strictestOf(decision)) {
      const taking = takingOf(budget, decision, facts);
      if (taking === undefined) continue;
      if ('atOnce' in taking) addShare(shares, taking);
      else if (runs) addSpending(spendings, taking);
    }
  }
  return { spendings: [...spendings.values()], shares: [...shares.values()] };
}

/** A decision may have several budgets of one count, and takes from it once all the same. */
function strictestOf(decision: Decision): Iterable<Budget> {
  const own = new Map<string, Budget>();
  const budgets = decision.effect === 'deny' ? [] : (decision.limits?.budgets ?? []);
  for (const budget of budgets) {
    const key = countKey(countedOf(budget));
    const known = own.get(key);
    if (known === undefined || budget.most < known.most) own.set(key, budget);
  }
  return own.values();
}

export function countedOf(budget: Budget): Pick<Spending, 'of' | 'label' | 'masked' | 'seconds'> {
  const { of, window_seconds: seconds } = budget;
  if (budget.of === 'labelled_cells')
    return { of, seconds, label: budget.label, masked: budget.masked === true };
  return budget.of === 'probes' ? { of, seconds, label: budget.label } : { of, seconds };
}

function takingOf(
  budget: Budget,
  decision: Decision,
  facts: StatementFacts,
): Spending | MeteredShare | undefined {
  const allowance = { ...countedOf(budget), most: budget.most, rule: decision.rule };
  const atOnce = facts.outputs.length > 0 ? 1 : 0;
  switch (budget.of) {
    case 'statements':
      return { ...allowance, amount: 1 };
    case 'rows':
      return maySendRows(facts) ? { ...allowance, atOnce, all: false, perRow: 1 } : undefined;
    case 'bytes':
      return maySendRows(facts) ? { ...allowance, atOnce, all: false, perRow: 0 } : undefined;
    case 'labelled_cells': {
      const perRow = cellsOf(budget, decision, facts);
      return perRow === 0 ? undefined : { ...allowance, atOnce, all: false, perRow };
    }
    case 'affected_rows': {
      const most = mostChanges(facts);
      if (most === undefined) return undefined;
      const all = most === Number.POSITIVE_INFINITY;
      return { ...allowance, atOnce: all ? 1 : most, all, perRow: 0 };
    }
    case 'probes':
      return undefined;
    default:
      return budget satisfies never;
  }
}

/** Of these even what has no outputs of its own sends rows. */
const sending: ReadonlySet<StatementKind> = new Set<StatementKind>([
  'select',
  'copy',
  'call',
  'show',
  'explain',
  'cursor',
  'execute',
]);

const maySendRows = ({ kind, outputs, opaque }: StatementFacts): boolean =>
  outputs.length > 0 || opaque.length > 0 || sending.has(kind);

function addSpending(spendings: Map<string, Spending>, more: Spending): void {
  const key = countKey(more);
  const known = spendings.get(key);
  if (known === undefined) spendings.set(key, more);
  else {
    const smaller = more.most < known.most ? more : known;
    spendings.set(key, { ...smaller, amount: known.amount + more.amount });
  }
}

/** Which of a text's statements a row is of can't be told as it passes: each counts as those of the one with the most. */
function addShare(shares: Map<string, MeteredShare>, more: MeteredShare): void {
  const key = countKey(more);
  const known = shares.get(key);
  if (known === undefined) shares.set(key, more);
  else {
    const atOnce =
      more.of === 'affected_rows' ? known.atOnce + more.atOnce : Math.max(known.atOnce, more.atOnce);
    const perRow = Math.max(known.perRow, more.perRow);
    const smaller = more.most < known.most ? more : known;
    shares.set(key, { ...smaller, atOnce, all: known.all || more.all, perRow });
  }
}
