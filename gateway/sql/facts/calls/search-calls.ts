// What SEARCH and CYCLE of a recursive query come to when the server rewrites them.
import type { NodeOf } from '../../analyzed/registry/node.ts';
import type { CatalogView } from '../catalog-view.ts';
import { type Call, routineCall } from './call.ts';
import { comparisonCalls } from './type-calls.ts';

/** Their numbers in pg_proc.dat, the same in every version: rewriteSearchCycle.c names them as constants. */
const ARRAY_CAT = 383;
const INT8INC = 1219;
const RECORD_EQ = 2981;

export function searchCalls(
  { search_clause, cycle_clause, ctecolnames, ctecoltypes }: NodeOf<'COMMONTABLEEXPR'>,
  catalog: CatalogView,
): readonly Call[] {
  const calls: Call[] = [];
  if (search_clause !== null)
    calls.push(routineCall('function', search_clause.search_breadth_first ? INT8INC : ARRAY_CAT));
  if (cycle_clause === null) return calls;
  calls.push(routineCall('function', ARRAY_CAT), routineCall('operator', RECORD_EQ));
  for (const name of cycle_clause.cycle_col_list) {
    const type = ctecoltypes[ctecolnames.indexOf(name)];
    if (type !== undefined) calls.push(...comparisonCalls(type, catalog));
  }
  return calls;
}
