// How many rows a query gives or inserts, where the statement says so itself.
import type { Expression, Query } from '../analyzed/registry/node.ts';
import { entryAt } from '../analyzed/scope.ts';
import { integerOf } from './row-filter/integer-constant.ts';

/** A constant LIMIT or FETCH FIRST; undefined for none, ALL, WITH TIES, and what isn't known before the statement runs. */
export function limitOf({ limitCount, limitOption }: Query): number | undefined {
  if (limitCount === null || limitOption === 'with_ties') return undefined;
  const constant = withoutWidening(limitCount);
  if (constant.tag !== 'CONST') return undefined;
  const limit = Number(integerOf(constant) ?? -1);
  return limit >= 0 && limit <= Number.MAX_SAFE_INTEGER ? limit : undefined;
}

/** The number of rows that INSERT … VALUES gives; undefined for what inserts the rows of a query. */
export function rowsOf(query: Query): number | undefined {
  // A set returning function in a single row of VALUES makes more of it.
  if (query.commandType !== 'insert' || query.hasTargetSRFs) return undefined;
  const from = query.jointree?.fromlist ?? [];
  const [only] = from;
  if (only === undefined) return 1;
  if (from.length > 1 || only.tag !== 'RANGETBLREF') return undefined;
  const entry = entryAt(query, only.rtindex);
  return entry.rtekind === 'values' ? entry.values_lists.length : undefined;
}

/** LIMIT takes a bigint: stored trees keep the function that makes one of an integer. */
function withoutWidening(expression: Expression): Expression {
  if (expression.tag !== 'FUNCEXPR' || !toBigint.has(expression.funcid)) return expression;
  return expression.args[0] ?? expression;
}
/** int8(int4) and int8(int2). */
const toBigint: ReadonlySet<number> = new Set([481, 754]);
