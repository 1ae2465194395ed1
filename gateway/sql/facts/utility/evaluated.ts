// Expressions that a statement evaluates or stores: as queries to resolve, or the reason why they can't be.

import type { Node } from 'libpg-query';
import { type ExpressionPlace, expressionSource } from './expression-source.ts';
import type { Findings } from './findings.ts';
import type { ExpressionToResolve } from './utility-facts.ts';

export type Evaluation = ExpressionPlace &
  Pick<ExpressionToResolve, 'evaluated' | 'used' | 'becomes' | 'inTree'>;

export function evaluate(findings: Findings, expression: Node, evaluation: Evaluation): void {
  const { evaluated, used, becomes, inTree, ...place } = evaluation;
  if (place.castTo === undefined && becomes === undefined && isConstant(expression)) return;
  const source = expressionSource(expression, place, findings.texts);
  if (source === undefined)
    findings.opaque('unresolved', 'the statement holds expressions that are not resolved');
  else
    findings.expressions.push({
      source,
      evaluated,
      used,
      ...(becomes && { becomes }),
      ...(inTree && { inTree }),
    });
}

/** A constant of a type that the grammar knows by itself calls nothing but the type's own input function. */
export function isConstant(node: Node): boolean {
  if ('A_Const' in node) return true;
  if (!('TypeCast' in node)) return false;
  const { arg, typeName } = node.TypeCast;
  const [schema] = typeName?.names ?? [];
  const builtin = schema !== undefined && 'String' in schema && schema.String.sval === 'pg_catalog';
  return builtin && arg !== undefined && 'A_Const' in arg;
}
