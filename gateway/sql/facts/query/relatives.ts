// Tables above and below a table: what inherits from it, and the partitioned tables that it is a part of.
import type { CatalogView, Relation, WriteEvent } from '../catalog-view.ts';

/** The numbers that a child has for columns of its parent. */
export function numbersIn(child: Relation, parent: Relation, numbers: readonly number[]): readonly number[] {
  const names = new Set(numbers.map((number) => parent.columns[number - 1]?.name));
  return child.columns.flatMap((column) =>
    column !== undefined && names.has(column.name) ? [column.number] : [],
  );
}

/** The partitioned tables above a partition: a row that is written to it is held against their keys. */
export function rootsOf(relation: Relation, catalog: CatalogView): readonly Relation[] {
  const found = new Map<number, Relation>();
  const waiting = [...relation.parents];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    const parent = catalog.relation(oid);
    if (parent?.kind !== 'partitioned_table' || found.has(oid)) continue;
    found.set(oid, parent);
    waiting.push(...parent.parents);
  }
  return [...found.values()];
}

/** Rows of a parent are rows of its children, at any depth. */
export function descendantsOf(relation: Relation, catalog: CatalogView): readonly Relation[] {
  const found = new Map<number, Relation>();
  const waiting = [...relation.children];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    const child = catalog.relation(oid);
    if (child === undefined || found.has(oid)) continue;
    found.set(oid, child);
    waiting.push(...child.children);
  }
  return [...found.values()];
}

/** Whose rows a write may change with the relation's: TRUNCATE names its tables one by one, and heirs get no new rows. */
export function reachedBelow(
  relation: Relation,
  action: WriteEvent,
  catalog: CatalogView,
): readonly Relation[] {
  if (action === 'truncate' || (action === 'insert' && relation.kind !== 'partitioned_table')) return [];
  return descendantsOf(relation, catalog);
}
