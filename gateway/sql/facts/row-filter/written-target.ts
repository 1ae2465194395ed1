// The relation whose rows a statement changes, as the conditions on them see it.
import type { Expression, Node, Query, Var } from '../../analyzed/registry/node.ts';
import { writeTargetOf } from '../../analyzed/target-list.ts';
import { forEachChild } from '../../analyzed/walk.ts';
import type { CatalogView, Column, Relation } from '../catalog-view.ts';

export type WrittenTarget = Readonly<{
  /** Where keys and constraints are; undefined when it isn't known. */
  relation: Relation | undefined;
  /** Rows of tables that inherit from it are changed too: they keep keys and constraints of their own. */
  withDescendants: boolean;
  /** What the statement calls column 1, 2 … is this column of the relation; left out when they are the same. */
  columns?: readonly (number | undefined)[];
}>;

/**
 * The target as the query names it. For a view that the server updates through, give `rowFilterOf` the table beneath
 * and the column of it that each column of the view is.
 */
export function writtenTarget(query: Query, catalog: CatalogView): WrittenTarget {
  const entry = writeTargetOf(query);
  if (entry?.rtekind !== 'relation') return { relation: undefined, withDescendants: true };
  const relation = catalog.relation(entry.relid);
  const inherits = relation?.kind !== 'partitioned_table' && (relation?.children.length ?? 1) > 0;
  return { relation, withDescendants: inherits && entry.inh !== false };
}

/** What the conditions of one write are read with. */
export type Condition = Readonly<{ query: Query; target: WrittenTarget; catalog: CatalogView }>;

/** The target's column that the expression is, if it is no more than that; `ctid` and its like aren't there. */
export function targetColumn(expression: Expression, { query, target }: Condition): Column | undefined {
  if (expression.tag !== 'VAR' || !isOfTarget(expression, query, 0)) return undefined;
  const number = target.columns ? target.columns[expression.varattno - 1] : expression.varattno;
  return number === undefined ? undefined : target.relation?.columns[number - 1];
}

/** Anything in it may be another value for another row of the target. */
export function dependsOnTarget(node: Node, query: Query, level = 0): boolean {
  if (node.tag === 'VAR') return isOfTarget(node, query, level);
  if (node.tag === 'CURRENTOFEXPR') return true;
  const below = node.tag === 'QUERY' ? level + 1 : level;
  let depends = false;
  forEachChild(node, (child) => {
    depends ||= dependsOnTarget(child, query, below);
  });
  return depends;
}

const isOfTarget = ({ varno, varlevelsup }: Var, query: Query, level: number): boolean =>
  varno === query.resultRelation && varlevelsup === level;
