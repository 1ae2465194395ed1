// How many labelled values each row of an answer has: outputs that carry a label, and that no mask is for.
import type { Decision } from '../../policy/index.ts';
import type { StatementFacts } from '../../sql/index.ts';
import type { Budget } from './spending.ts';

type CellsBudget = Extract<Budget, { of: 'labelled_cells' }>;
type Output = StatementFacts['outputs'][number];

export function cellsOf(
  { label, masked }: CellsBudget,
  decision: Decision,
  { outputs, opaque }: StatementFacts,
): number {
  // Where a value comes from isn't known then, and it may carry any label.
  if (opaque.length > 0) return Math.max(1, outputs.length);
  return outputs.filter(
    (output) =>
      output.labels.some((own) => isOf(own, label)) && (masked === true || !isMasked(output, decision)),
  ).length;
}

/** `pii.*` stands for every label of the group. */
export const isOf = (own: string, label: string | undefined): boolean =>
  label === undefined || own === label || (label.endsWith('.*') && own.startsWith(label.slice(0, -1)));

function isMasked(output: Output, decision: Decision): boolean {
  if (decision.effect !== 'mask') return false;
  return decision.masks.some((mask) =>
    'column' in mask ? output.columns.includes(mask.column) : output.labels.includes(mask.label),
  );
}
