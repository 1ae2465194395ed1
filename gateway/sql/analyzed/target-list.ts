// The target list: what a query gives back, what it writes, and what its clauses sort and group by.
import type { NodeOf, Query, RangeTableEntry, TargetEntry } from './registry/node.ts';
import { BrokenTree, entryAt } from './scope.ts';

/** The columns that the client sees, in order: those of SELECT, or of a write's RETURNING. */
export function outputsOf(query: Query): readonly TargetEntry[] {
  const list = query.commandType === 'select' ? query.targetList : query.returningList;
  return list.filter(({ resjunk }) => !resjunk);
}

/** The relation that the query writes to; undefined for SELECT. */
export function writeTargetOf(query: Query): RangeTableEntry | undefined {
  return query.resultRelation === 0 ? undefined : entryAt(query, query.resultRelation);
}

/** The target that an entry of ORDER BY, GROUP BY, DISTINCT or a window is about. `targets` is the list it refers to. */
export function targetOf(
  targets: readonly TargetEntry[],
  { tleSortGroupRef }: NodeOf<'SORTGROUPCLAUSE'>,
): TargetEntry {
  const target = targets.find(({ ressortgroupref }) => ressortgroupref === tleSortGroupRef);
  if (target === undefined) throw new BrokenTree(`no target of sort or group reference ${tleSortGroupRef}`);
  return target;
}
