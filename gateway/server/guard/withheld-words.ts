// Whether what the database says of a statement, in errors and notices, could repeat values that are protected.
import type { Decision } from '../../policy/index.ts';
import type { StatementFacts } from '../../sql/index.ts';

/** Unless the policy says that whoever asks may read all that they could tell. */
export const withholdsWords = (decision: Decision, facts: StatementFacts): boolean =>
  !(decision.effect === 'allow' && decision.words === 'shown') && touchesLabels(facts);

const known = new WeakMap<StatementFacts, boolean>();

function touchesLabels(facts: StatementFacts): boolean {
  const before = known.get(facts);
  if (before !== undefined) return before;
  const touches = usesLabelled(facts) || changesBesideLabels(facts);
  known.set(facts, touches);
  return touches;
}

/** A cast that fails shows its value, whatever the value was read for: a condition, a result, a view's own filter. */
const usesLabelled = ({ columns, outputs }: StatementFacts): boolean =>
  columns.some(({ labels }) => labels.length > 0) || outputs.some(({ labels }) => labels.length > 0);

/** A constraint that is violated, or built, shows the whole row, or the key that is there already. */
const changesBesideLabels = ({ relations }: StatementFacts): boolean =>
  relations.some(({ labels, access }) => labels.length > 0 && !access.every((each) => looking.has(each)));

const looking: ReadonlySet<string> = new Set(['select', 'lock']);
