// What the planner may put in the place of a column of a subquery: the expression that the subquery has for it.
import type { Expression, Node, Var } from '../../analyzed/registry/node.ts';
import { entryAt, resolveCte, type Scope, scopeAbove } from '../../analyzed/scope.ts';
import { outputsOf } from '../../analyzed/target-list.ts';
import type { Collector } from '../collector.ts';

export type Placed = Readonly<{ node: Node; scope: Scope | undefined }>;

/** Empty: a value that is stored, or worked out before. Undefined: not known. */
export function behindColumn(
  { varno, varattno, varlevelsup }: Var,
  scope: Scope | undefined,
  { catalog, lineage }: Collector,
): readonly Placed[] | undefined {
  const around = scopeAbove(scope, varlevelsup);
  if (around === undefined) return undefined;
  const entry = entryAt(around.query, varno);
  switch (entry.rtekind) {
    case 'relation': {
      const relation = catalog.relation(entry.relid);
      if (relation === undefined) return undefined;
      const shown = varattno === 0 ? relation.columns : [relation.columns[varattno - 1]];
      const isStored = shown.every(
        (column) =>
          column === undefined ||
          (column.generated !== 'virtual' && lineage.columns.isColumn(relation.oid, column.number)),
      );
      return isStored ? [] : undefined;
    }
    case 'function':
    case 'tablefunc':
      return [];
    case 'join':
      return picked(entry.joinaliasvars, varattno, around);
    case 'group':
      return picked(entry.groupexprs, varattno, around);
    case 'values':
      return entry.values_lists.flatMap((row) => picked(row, varattno, around));
    case 'subquery':
      return outputBehind(entry.subquery, varattno, around);
    case 'cte': {
      const { cte, scope: outside } = resolveCte(around, entry);
      return cte.cterecursive ? undefined : outputBehind(cte.ctequery, varattno, outside);
    }
    default:
      return entry satisfies never;
  }
}

function outputBehind(query: Scope['query'], number: number, outer: Scope): readonly Placed[] | undefined {
  if (query.setOperations !== null) return undefined;
  const outputs = outputsOf(query).map(({ expr }) => expr);
  return picked(outputs, number, { query, outer });
}

/** Number 0 is the row as a whole. */
function picked(nodes: readonly (Expression | null)[], number: number, scope: Scope): readonly Placed[] {
  const chosen = number === 0 ? nodes : [nodes[number - 1] ?? null];
  return chosen.flatMap((node) => (node === null ? [] : [{ node, scope }]));
}
