// The surroundings of an expression that belongs to a relation: a default, a constraint, a policy, a trigger's condition.
import type { Query, RangeTableEntry } from '../../analyzed/registry/node.ts';
import type { Scope } from '../../analyzed/scope.ts';
import type { Relation } from '../catalog-view.ts';

/** Such an expression names the relation's columns as those of the first entry; with OLD and NEW, of the second too. */
export function selfScope({ oid }: Relation): Scope {
  const entry = { tag: 'RANGETBLENTRY', rtekind: 'relation', relid: oid } as RangeTableEntry<'relation'>;
  const query: Partial<Query> = {
    tag: 'QUERY',
    rtable: [entry, entry],
    resultRelation: 0,
    onConflict: null,
    windowClause: [],
    targetList: [],
    cteList: [],
  };
  return { query: query as Query, outer: undefined };
}
