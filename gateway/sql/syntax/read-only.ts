// Whether a query leaves data and row locks alone, as far as its syntax tells: the functions it calls are another matter.

import type { DefElem } from 'libpg-query';
import type { StatementNode } from './statement.ts';
import { type Fields, walkSyntax } from './walk.ts';

/** What makes a query write or lock, at any depth: a CTE of a subquery counts like one of the statement's own. */
const writing = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'IntoClause',
  'LockingClause',
]);

/** A tree with anything unknown in it counts as writing. */
export function isReadOnlyQuery(query: StatementNode): boolean {
  let readOnly = true;
  const unknown = walkSyntax(query.type, query.node as Fields, (type) => {
    if (!writing.has(type)) return 'into';
    readOnly = false;
    return 'end';
  });
  return readOnly && unknown.length === 0;
}

/**
 * Whether an option such as EXPLAIN's ANALYZE may be on. Repeated options count when one of them is on, and a value
 * that isn't plainly off counts as on: the server would take the last, or refuse it.
 */
export function mayBeOn(options: readonly unknown[] | undefined, name: string): boolean {
  return (options ?? [])
    .map((option) => (option as { DefElem?: DefElem }).DefElem)
    .some((option) => option?.defname === name && !isOff(option.arg));
}

function isOff(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('Boolean' in value) return (value.Boolean as { boolval?: boolean }).boolval !== true;
  if ('Integer' in value) return ((value.Integer as { ival?: number }).ival ?? 0) === 0;
  if (!('String' in value)) return false;
  return /^(false|off)$/i.test((value.String as { sval?: string }).sval ?? '');
}
