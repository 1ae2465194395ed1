// Walks one analyzed query: what it reads, how it uses each column, what it calls, and what the objects it names do.
import { accessOf } from '../../analyzed/access.ts';
import type {
  Expression,
  Node,
  NodeOf,
  Query,
  RangeTableEntry,
  TargetEntry,
} from '../../analyzed/registry/node.ts';
import type { Scope } from '../../analyzed/scope.ts';
import { targetOf } from '../../analyzed/target-list.ts';
import { forEachChild, walkTree } from '../../analyzed/walk.ts';
import type { Access, ColumnUse } from '../facts.ts';
import { union } from '../origins.ts';
import { conjunctsOf } from '../row-filter/key-equality.ts';
import { collectSteering } from '../steering/collect-steering.ts';
import { collectWrite } from './collect-write.ts';
import { collectSequence } from './sequences.ts';
import { collectSetting } from './set-config.ts';
import type { Walk } from './walk.ts';

/** The query with everything inside it. */
export function collectQuery(query: Query, walk: Walk): void {
  collectTree(query, undefined, walk);
}

/** Any tree: calls of its nodes, and the clauses of each query inside. */
export function collectTree(root: Node | readonly Node[], scope: Scope | undefined, walk: Walk): void {
  walkTree(
    root,
    (node, around) => {
      walk.follow.calls(node, walk.through);
      if (walk.through.length === 0 && node.tag === 'FUNCEXPR') {
        collectSetting(node, around, walk.collector);
        collectSequence(node, walk.collector);
      }
      if (node.tag === 'QUERY') collectClauses({ query: node, outer: around }, walk);
    },
    scope,
  );
}

function collectClauses(scope: Scope, walk: Walk): void {
  const { query } = scope;
  const { collector, through } = walk;
  const use = (node: Node | null, as: ColumnUse): void =>
    collector.use(collector.lineage.of(node, scope), as, through);
  const sorted = (clauses: readonly NodeOf<'SORTGROUPCLAUSE'>[], as: ColumnUse): void => {
    for (const clause of clauses) use(targetOf(query.targetList, clause).expr, as);
  };

  const reached = reachedEntries(query);
  query.rtable.forEach((entry, at) => {
    collectEntry(entry, reached.has(at + 1), scope, walk);
  });
  if (query.jointree !== null) collectJoins(query.jointree, scope, walk);
  sorted(query.groupClause, 'group');
  sorted(query.distinctClause, 'group');
  sorted(query.sortClause, 'order');
  for (const window of query.windowClause) {
    sorted(window.partitionClause, 'group');
    sorted(window.orderClause, 'order');
  }
  use(query.havingQual, 'predicate');
  use(query.limitCount, 'predicate');
  use(query.limitOffset, 'predicate');
  if (query.setOperations !== null && comparesRows(query.setOperations)) {
    collector.use(union(collector.lineage.outputs(query, scope.outer)), 'group', through);
  }
  for (const expression of aggregates(query)) collectAggregate(expression, use);
  collectSteering(scope, collector, (nodes, as) => {
    for (const node of nodes) use(node, as);
  });
  if (query.commandType !== 'select') collectWrite(scope, walk);
}

/** Entries that rows come from or go to. A view's rule on PostgreSQL 15 has two more, OLD and NEW, that mean nothing. */
function reachedEntries(query: Query): ReadonlySet<number> {
  const reached = new Set([query.resultRelation]);
  if (query.onConflict !== null) reached.add(query.onConflict.exclRelIndex);
  const visit = (node: Node): void => {
    if (node.tag === 'RANGETBLREF') reached.add(node.rtindex);
    else if (node.tag === 'JOINEXPR' || node.tag === 'FROMEXPR') forEachChild(node, visit);
  };
  if (query.jointree !== null) visit(query.jointree);
  return reached;
}

function collectEntry(entry: RangeTableEntry, reached: boolean, scope: Scope, walk: Walk): void {
  const { collector, follow, through } = walk;
  if (entry.rtekind !== 'relation') return;
  const access = accessOf(scope.query, entry);
  const permissions = access?.permissions ?? [];
  if (!reached && permissions.length === 0) return;
  const relation = collector.catalog.relation(entry.relid);
  if (relation === undefined) {
    collector.opaque('unknown_object', `names a relation that this version of the catalog does not have`);
    return;
  }
  const index = scope.query.rtable.indexOf(entry) + 1;
  const lock = scope.query.rowMarks.find(({ rti }) => rti === index);
  const written = index === scope.query.resultRelation;
  // A lock on rows asks the server for the right to update them.
  const kinds: Access[] = permissions.filter((permission) => permission !== 'update' || written);
  if (lock !== undefined) kinds.push('lock');
  const excluded = index === scope.query.onConflict?.exclRelIndex;
  if (!excluded) collector.access(relation, kinds, through);

  const onConstraint = (scope.query.onConflict?.constraint ?? 0) !== 0;
  const { selected, inserted, updated } = access ?? none;
  const all = selected.wholeRow
    ? relation.columns.flatMap((column) => (column === undefined ? [] : [column.number]))
    : [];
  for (const number of [...all, ...selected.columns]) {
    collector.useOnly(relation, number, 'read', through);
    if (lock !== undefined) collector.useOnly(relation, number, 'locked', through);
    // ON CONFLICT ON CONSTRAINT compares columns that only the constraint names.
    if (written && onConstraint) collector.useOnly(relation, number, 'predicate', through);
  }
  for (const number of [...inserted.columns, ...updated.columns]) {
    collector.useOnly(relation, number, 'write_target', through);
  }
  if (excluded) return;
  const reads = permissions.includes('select') || !written;
  // The conditions of a view choose the rows that an UPDATE or DELETE of it finds.
  const shows = reads || scope.query.commandType !== 'insert';
  follow.relation(relation, { reads, shows, locks: lock !== undefined }, through);
}

const nothing = { wholeRow: false, columns: [] } as const;
const none = { selected: nothing, inserted: nothing, updated: nothing } as const;

function collectJoins(
  node: NodeOf<'FROMEXPR'> | NodeOf<'JOINEXPR'> | NodeOf<'RANGETBLREF'>,
  scope: Scope,
  walk: Walk,
): void {
  const { collector, through } = walk;
  if (node.tag === 'RANGETBLREF') return;
  for (const conjunct of conjunctsOf(node.quals)) {
    const origins = collector.lineage.of(conjunct, scope);
    // Up to PostgreSQL 16, what MERGE joins on stands where others have their WHERE.
    const joins = node.tag === 'JOINEXPR' || scope.query.commandType === 'merge';
    if (!joins) collector.use(origins, 'predicate', through);
    if (joins || entriesIn(conjunct) > 1) collector.use(origins, 'join', through);
  }
  const below = node.tag === 'FROMEXPR' ? node.fromlist : [node.larg, node.rarg];
  for (const each of below) collectJoins(each, scope, walk);
}

/** How many entries of the query's own range table the condition compares. */
function entriesIn(condition: Expression): number {
  const entries = new Set<number>();
  walkTree(condition, (node) => {
    if (node.tag === 'VAR' && node.varlevelsup === 0) entries.add(node.varno);
    return node.tag !== 'SUBLINK';
  });
  return entries.size;
}

/** UNION ALL alone doesn't look at the rows. */
function comparesRows(node: NodeOf<'SETOPERATIONSTMT'> | NodeOf<'RANGETBLREF'>): boolean {
  if (node.tag === 'RANGETBLREF') return false;
  return node.op !== 'union' || !node.all || comparesRows(node.larg) || comparesRows(node.rarg);
}

/** Aggregates and window calls of this query, not those of queries inside. */
function aggregates(query: Query): readonly (NodeOf<'AGGREF'> | NodeOf<'WINDOWFUNC'>)[] {
  if (!query.hasAggs && !query.hasWindowFuncs) return [];
  const found: (NodeOf<'AGGREF'> | NodeOf<'WINDOWFUNC'>)[] = [];
  const roots: Node[] = [...query.targetList, ...query.returningList];
  if (query.havingQual !== null) roots.push(query.havingQual);
  walkTree(roots, (node) => {
    if (node.tag === 'AGGREF' || node.tag === 'WINDOWFUNC') found.push(node);
    return node.tag !== 'QUERY';
  });
  return found;
}

function collectAggregate(
  call: NodeOf<'AGGREF'> | NodeOf<'WINDOWFUNC'>,
  use: (node: Node | null, as: ColumnUse) => void,
): void {
  use(call.aggfilter, 'predicate');
  if (call.tag === 'WINDOWFUNC') return;
  const sorted = (clauses: readonly NodeOf<'SORTGROUPCLAUSE'>[], as: ColumnUse): void => {
    for (const clause of clauses) use(targetOf(call.args as readonly TargetEntry[], clause).expr, as);
  };
  sorted(call.aggorder, 'order');
  sorted(call.aggdistinct, 'group');
}

/** For those who walk an expression that belongs to a relation. */
export function useExpression(
  expression: Node,
  scope: Scope,
  as: ColumnUse,
  { collector, through }: Walk,
): void {
  collector.use(collector.lineage.of(expression, scope), as, through);
}
