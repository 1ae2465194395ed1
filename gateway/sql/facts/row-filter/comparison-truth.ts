// Comparisons whose outcome shows without a row: of constants, and of a value with itself.

import type { Datum } from '../../analyzed/registry/field-kind.ts';
import type { Expression, NodeOf } from '../../analyzed/registry/node.ts';
import type { CatalogView } from '../catalog-view.ts';
import { integerOf } from './integer-constant.ts';
import { neverNull } from './never-null.ts';
import type { Condition } from './written-target.ts';

type Comparison = NodeOf<'OPEXPR' | 'DISTINCTEXPR'>;

/** What each operator says of two values of which the first is smaller, the same, or greater. */
const outcomes: Readonly<Record<string, readonly [smaller: boolean, same: boolean, greater: boolean]>> = {
  '=': [false, true, false],
  '<>': [true, false, true],
  '<': [true, false, false],
  '<=': [true, true, false],
  '>': [false, false, true],
  '>=': [false, true, true],
};

export function comparisonTruth(
  comparison: Comparison,
  condition: Condition,
): 'true' | 'false' | 'null' | undefined {
  const [left, right] = comparison.args;
  const name = builtinName(comparison, condition.catalog);
  if (left === undefined || right === undefined || name === undefined) return undefined;
  if (name === '~~') return matchesAll(left, right, condition) ? 'true' : undefined;
  // IS DISTINCT FROM is kept as the equality that it denies.
  const outcome = outcomes[comparison.tag === 'DISTINCTEXPR' ? '<>' : name];
  if (outcome === undefined) return undefined;
  if (isSame(left, right)) {
    // Null is distinct from null neither.
    if (comparison.tag !== 'DISTINCTEXPR' && !neverNull(left, condition)) return undefined;
    return outcome[1] ? 'true' : 'false';
  }
  if (left.tag !== 'CONST' || right.tag !== 'CONST') return undefined;
  if (comparison.tag === 'DISTINCTEXPR') return undefined;
  if (left.constisnull || right.constisnull) return 'null';
  const [one, other] = [integerOf(left), integerOf(right)];
  if (one === undefined || other === undefined) return undefined;
  return outcome[one < other ? 0 : one === other ? 1 : 2] ? 'true' : 'false';
}

function builtinName({ opno }: Comparison, catalog: CatalogView): string | undefined {
  const operator = catalog.operator(opno);
  return operator !== undefined && catalog.routine(operator.function)?.builtin ? operator.name : undefined;
}

/** `name LIKE '%'`. */
function matchesAll(value: Expression, pattern: Expression, condition: Condition): boolean {
  if (pattern.tag !== 'CONST' || pattern.constvalue === null || !neverNull(value, condition)) return false;
  const text = pattern.constvalue.bytes.subarray(headerBytes);
  return text.length > 0 && text.every((byte) => byte === percent);
}
/** What stands before the bytes of a text. */
const headerBytes = 4;
const percent = 0x25;

/** The same column, or the same constant: both sides have one value. */
function isSame(left: Expression, right: Expression): boolean {
  if (left.tag === 'VAR' && right.tag === 'VAR')
    return (
      left.varno === right.varno &&
      left.varattno === right.varattno &&
      left.varlevelsup === right.varlevelsup &&
      left.varattno !== 0
    );
  if (left.tag === 'CONST' && right.tag === 'CONST')
    return (
      left.consttype === right.consttype &&
      left.constisnull === right.constisnull &&
      sameBytes(left.constvalue, right.constvalue)
    );
  if (left.tag === 'COALESCEEXPR' && right.tag === 'COALESCEEXPR')
    return (
      left.args.length === right.args.length &&
      left.args.every((arg, at) => isSameArgument(arg, right.args[at]))
    );
  if (left.tag === 'RELABELTYPE' && right.tag === 'RELABELTYPE')
    return left.resulttype === right.resulttype && isSame(left.arg, right.arg);
  return false;
}

const isSameArgument = (left: Expression, right: Expression | undefined): boolean =>
  right !== undefined && isSame(left, right);

function sameBytes(one: Datum | null, other: Datum | null): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.bytes.every((byte, at) => byte === other.bytes[at]);
}
