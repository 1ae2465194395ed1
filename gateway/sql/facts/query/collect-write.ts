// What INSERT, UPDATE, DELETE and MERGE write: which columns from where, which rows, and what happens along with it.
import type { Query, TargetEntry } from '../../analyzed/registry/node.ts';
import type { Scope } from '../../analyzed/scope.ts';
import { walkTree } from '../../analyzed/walk.ts';
import type { Relation } from '../catalog-view.ts';
import { qualified } from '../collector.ts';
import type { WriteFact } from '../facts.ts';
import { rowsOf } from '../row-count.ts';
import type { WrittenTarget } from '../row-filter/written-target.ts';
import { rowFilterOf } from '../row-filter.ts';
import { assignments } from './assignments.ts';
import { relationAt, type Walk } from './walk.ts';

type RowAction = 'insert' | 'update' | 'delete';

export function collectWrite(scope: Scope, walk: Walk): void {
  const { collector, follow, through } = walk;
  const { query } = scope;
  if (query.resultRelation === 0) return;
  const relation = relationAt(scope, query.resultRelation, collector);
  if (relation === undefined) return;
  collectSources(scope, walk);
  const namesDefaults = namesDefault(query);
  for (const { action, targets } of actionsOf(query)) {
    const filterOn = (target?: WrittenTarget) =>
      action === 'insert' ? undefined : rowFilterOf(query, collector.catalog, target, action);
    const write: WriteFact = {
      action,
      relation: relation.oid,
      target: qualified(relation),
      columns: targets.map(({ resno }) => relation.columns[resno - 1]?.name ?? `column ${resno}`),
      rowFilter: filterOn(),
      rows: action === 'insert' ? rowsOf(query) : undefined,
      through,
    };
    collector.write(write);
    const assigned = targets.map(({ resno }) => resno);
    follow.write(relation, write, { assigned, namesDefaults, filterOn }, through);
  }
}

type Action = Readonly<{ action: RowAction; targets: readonly TargetEntry[] }>;

function actionsOf(query: Query): readonly Action[] {
  const { commandType, onConflict } = query;
  const own = (list: readonly TargetEntry[]) => list.filter(({ resjunk }) => !resjunk);
  if (commandType === 'merge') {
    return (query.mergeActionList ?? []).flatMap(({ commandType: action, targetList }) =>
      isRowAction(action) ? [{ action, targets: own(targetList) }] : [],
    );
  }
  if (!isRowAction(commandType)) return [];
  const targets = commandType === 'delete' ? [] : own(query.targetList);
  const conflict: readonly Action[] =
    onConflict?.action === 'update' ? [{ action: 'update', targets: own(onConflict.onConflictSet) }] : [];
  return [{ action: commandType, targets }, ...conflict];
}

const isRowAction = (command: Query['commandType']): command is RowAction =>
  command === 'insert' || command === 'update' || command === 'delete';

function collectSources(scope: Scope, { collector, through }: Walk): void {
  const { query } = scope;
  const { lineage } = collector;
  for (const { expr } of assignments(query)) {
    collector.use(lineage.ofAssigned(expr, scope), 'write_source', through);
  }
  const predicates = [
    query.onConflict?.onConflictWhere ?? null,
    query.onConflict?.arbiterWhere ?? null,
    ...(query.onConflict?.arbiterElems ?? []),
    ...(query.mergeActionList ?? []).map(({ qual }) => qual),
  ];
  for (const predicate of predicates) collector.use(lineage.of(predicate, scope), 'predicate', through);
  collector.use(lineage.of(query.mergeJoinCondition ?? null, scope), 'join', through);
}

/** DEFAULT stands somewhere for a value. */
function namesDefault(query: Query): boolean {
  let found = false;
  walkTree(query, (node) => {
    if (node.tag === 'SETTODEFAULT') found = true;
  });
  return found;
}

/** The columns whose defaults a write may compute. */
export function defaultedColumns(
  relation: Relation,
  action: WriteFact['action'],
  assigned: readonly number[],
  namesDefaults: boolean,
): readonly number[] {
  if (action === 'delete' || action === 'truncate') return [];
  const all = relation.columns.flatMap((column) => (column === undefined ? [] : [column.number]));
  if (action === 'insert') return namesDefaults ? all : all.filter((number) => !assigned.includes(number));
  return namesDefaults ? assigned : [];
}
