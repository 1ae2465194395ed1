// The values that a write assigns to columns of its target.
import type { Query, TargetEntry } from '../../analyzed/registry/node.ts';

/** Every assignment to a column of the query's target. */
export function assignments(query: Query, junk = false): readonly TargetEntry[] {
  const lists = [
    query.commandType === 'insert' || query.commandType === 'update' ? query.targetList : [],
    query.onConflict?.onConflictSet ?? [],
    ...(query.mergeActionList ?? []).map(({ targetList }) => targetList),
  ];
  return lists.flat().filter(({ resjunk }) => junk || !resjunk);
}
