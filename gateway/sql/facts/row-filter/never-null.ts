// Which values are never null, whatever the row.
import type { Expression } from '../../analyzed/registry/node.ts';
import { type Condition, targetColumn } from './written-target.ts';

export function neverNull(expression: Expression, condition: Condition): boolean {
  switch (expression.tag) {
    case 'VAR':
      // Every row has its system columns; what inherits may have dropped the constraint.
      if (expression.varno === condition.query.resultRelation && expression.varlevelsup === 0)
        return (
          expression.varattno < 0 ||
          (!condition.target.withDescendants && targetColumn(expression, condition)?.notNull === true)
        );
      return false;
    case 'CONST':
      return !expression.constisnull;
    case 'COALESCEEXPR':
      return expression.args.some((arg) => neverNull(arg, condition));
    case 'RELABELTYPE':
    case 'COLLATEEXPR':
      return neverNull(expression.arg, condition);
    default:
      return false;
  }
}
