// How many rows a statement changes at most, as far as its facts tell before it runs.
import type { StatementFacts } from '../../sql/index.ts';

/** Undefined: it changes nothing. What can't be told before is counted when it has run. */
export function mostChanges({ kind, readOnly, writes, opaque }: StatementFacts): number | undefined {
  // What is prepared or planned changes nothing yet.
  if (readOnly || kind === 'prepare') return undefined;
  if (opaque.length > 0) return Number.POSITIVE_INFINITY;
  if (writes.length === 0) return undefined;
  return writes.reduce((sum, write) => sum + mostOf(write), 0);
}

function mostOf({ action, rowFilter, rows }: StatementFacts['writes'][number]): number {
  if (action === 'insert') return rows ?? Number.POSITIVE_INFINITY;
  return rowFilter === 'key_equality' ? 1 : Number.POSITIVE_INFINITY;
}
