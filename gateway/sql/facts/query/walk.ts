// What the walk over queries and the code that follows definitions ask of each other; each leads into the other.
import type { Node } from '../../analyzed/registry/node.ts';
import { entryAt, type Scope } from '../../analyzed/scope.ts';
import type { Relation } from '../catalog-view.ts';
import type { Collector, Through } from '../collector.ts';
import type { RowFilter, WriteFact } from '../facts.ts';
import type { WrittenTarget } from '../row-filter/written-target.ts';

export type Walk = Readonly<{ collector: Collector; follow: Follow; through: Through }>;

/** Follows what a statement names to what that does. */
export interface Follow {
  /** What reading or locking a relation does beside. */
  relation(relation: Relation, detail: ReadDetail, through: Through): void;
  /** What writing to a relation does beside. */
  write(relation: Relation, write: WriteFact, detail: WriteDetail, through: Through): void;
  /** What the node calls by itself. */
  calls(node: Node, through: Through): void;
}

/** How a statement reads a relation. */
export type ReadDetail = Readonly<{
  /** It needs the right to. */
  reads: boolean;
  /** It depends on which rows a view shows. */
  shows: boolean;
  locks: boolean;
}>;

/** How a statement writes. */
export type WriteDetail = Readonly<{
  /** The columns that get a value. */
  assigned: readonly number[];
  /** DEFAULT stands somewhere for a value. */
  namesDefaults: boolean;
  /** What the statement calls column 1, 2 … is this one of the relation at hand; the same when left out. */
  columns?: readonly (number | undefined)[];
  filterOn: (target: WrittenTarget) => RowFilter | undefined;
}>;

export const relationAt = (scope: Scope, index: number, collector: Collector): Relation | undefined => {
  const entry = entryAt(scope.query, index);
  return entry.rtekind === 'relation' ? collector.catalog.relation(entry.relid) : undefined;
};
