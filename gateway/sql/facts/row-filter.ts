// The filter of a write: how narrowly a statement says which rows it changes.
import type { Expression, NodeOf, Query } from '../analyzed/registry/node.ts';
import type { CatalogView } from './catalog-view.ts';
import type { RowFilter } from './facts.ts';
import { rowsOf } from './row-count.ts';
import { conjunctsOf, isKeyEquality, isKeyList } from './row-filter/key-equality.ts';
import { truthOf } from './row-filter/truth.ts';
import {
  type Condition,
  dependsOnTarget,
  type WrittenTarget,
  writtenTarget,
} from './row-filter/written-target.ts';

/**
 * Undefined for a query that changes no rows that are there already.
 *
 * - `key_equality` is said only when one row is changed at most. A row that INSERT … ON CONFLICT DO UPDATE meets is
 *   found by a unique index, so that inserting one row changes one at most; inserting several is `filtered`.
 * - Of MERGE, the condition is the join's and the action's together. `action` picks the updates or the deletes, both
 *   without it; of several the widest counts, and two actions are a key equality only by the join's condition.
 * - `key_list` is never said of MERGE, whose actions may each meet as many rows.
 * - `target` is what the rows are of, when the caller knows better than the query: the table beneath a view.
 */
export function rowFilterOf(
  query: Query,
  catalog: CatalogView,
  target: WrittenTarget = writtenTarget(query, catalog),
  action?: 'update' | 'delete',
): RowFilter | undefined {
  const condition = { query, catalog, target };
  switch (query.commandType) {
    case 'update':
    case 'delete':
      return filterOf([query.jointree?.quals ?? null], condition);
    case 'insert':
      if (query.onConflict?.action !== 'update') return undefined;
      return rowsOf(query) === 1 ? 'key_equality' : 'filtered';
    case 'merge':
      return filterOfMerge(condition, action);
    case 'select':
    case 'utility':
    case 'nothing':
      return undefined;
    default:
      return query.commandType satisfies never;
  }
}

/** Of conditions that all must hold; null for one that isn't there. */
function filterOf(conditions: readonly (Expression | null)[], condition: Condition): RowFilter {
  const conjuncts = conditions.flatMap(conjunctsOf);
  if (conjuncts.length === 0) return 'none';
  if (isKeyEquality(conjuncts, condition)) return 'key_equality';
  if (condition.query.commandType !== 'merge' && isKeyList(conjuncts, condition)) return 'key_list';
  const truths = conjuncts.map((conjunct) => truthOf(conjunct, condition));
  if (truths.includes('row')) return 'filtered';
  // What lets nothing through although it speaks of the row is no filter that was forgotten.
  const isNever = truths.includes('false') || truths.includes('null');
  const speaksOfRow = conjuncts.some((conjunct) => dependsOnTarget(conjunct, condition.query));
  return isNever && speaksOfRow ? 'filtered' : 'always_true';
}

function filterOfMerge(condition: Condition, wanted: 'update' | 'delete' | undefined): RowFilter | undefined {
  const { query } = condition;
  const actions = (query.mergeActionList ?? []).filter(({ commandType }) =>
    wanted === undefined ? commandType === 'update' || commandType === 'delete' : commandType === wanted,
  );
  const join = query.mergeJoinCondition ?? query.jointree?.quals ?? null;
  const filters = actions.map((action) => filterOfAction(action, join, condition));
  const widest = widestFirst.find((filter) => filters.includes(filter));
  if (widest !== 'key_equality' || filters.length === 1) return widest;
  const matchesOnly = actions.every((action) => !isOfUnmatched(action));
  return matchesOnly && isKeyEquality(conjunctsOf(join), condition) ? widest : 'filtered';
}

const widestFirst: readonly RowFilter[] = ['none', 'always_true', 'filtered', 'key_equality'];

function filterOfAction(
  action: NodeOf<'MERGEACTION'>,
  join: Expression | null,
  condition: Condition,
): RowFilter {
  if (!isOfUnmatched(action)) return filterOf([join, action.qual], condition);
  // Rows that no row of the source matches: the join's condition holds for none of them.
  const own = filterOf([action.qual], condition);
  if (own === 'key_equality' || own === 'filtered') return own;
  return join !== null && truthOf(join, condition) === 'row' ? 'filtered' : 'always_true';
}

const isOfUnmatched = ({ matchKind }: NodeOf<'MERGEACTION'>): boolean =>
  matchKind === 'not_matched_by_source';
