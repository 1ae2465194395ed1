// What a Var and a CTE's name point to: the queries around a node, and the entries of their range tables.
import type { NodeOf, Query, RangeTableEntry, Var } from './registry/node.ts';

/** A query and the queries around it. */
export type Scope = Readonly<{ query: Query; outer: Scope | undefined }>;

/** A tree that points to something it doesn't have, or says what can't be; PostgreSQL writes none. */
export class BrokenTree extends Error {
  constructor(what: string) {
    super(`the analyzed tree contradicts itself: ${what}`);
    this.name = 'BrokenTree';
  }
}

/** The entry at a position of the range table, which counts from 1. */
export function entryAt(query: Query, index: number): RangeTableEntry {
  const entry = query.rtable[index - 1];
  if (entry === undefined) throw new BrokenTree(`no range table entry ${index}`);
  return entry;
}

/** The scope that many queries up; undefined directly above the outermost one. */
export function scopeAbove(scope: Scope | undefined, levels: number): Scope | undefined {
  let above = scope;
  for (let level = 0; level < levels; level++) {
    if (above === undefined) throw new BrokenTree(`no query ${levels} levels up`);
    above = above.outer;
  }
  return above;
}

/**
 * The range table entry that a Var points to, with the scope it stands in. Undefined when the Var lies outside every
 * query: then it is a column of the relation that the expression belongs to (a policy's, an index's, a default's).
 */
export function resolveVar(
  scope: Scope | undefined,
  { varno, varlevelsup }: Var,
): Readonly<{ entry: RangeTableEntry; scope: Scope }> | undefined {
  const above = scopeAbove(scope, varlevelsup);
  return above && { entry: entryAt(above.query, varno), scope: above };
}

/** The CTE that an entry names, with the scope whose WITH it stands in. */
export function resolveCte(
  scope: Scope,
  { ctename, ctelevelsup }: RangeTableEntry<'cte'>,
): Readonly<{ cte: NodeOf<'COMMONTABLEEXPR'>; scope: Scope }> {
  const above = scopeAbove(scope, ctelevelsup);
  const cte = above?.query.cteList.find((candidate) => candidate.ctename === ctename);
  if (above === undefined || cte === undefined) throw new BrokenTree('no CTE of a name that is used');
  return { cte, scope: above };
}
