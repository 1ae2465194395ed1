// What a condition comes to as far as that shows without a row: true, false, the same for every row, or the row's matter.
import type { Expression, NodeOf } from '../../analyzed/registry/node.ts';
import { comparisonTruth } from './comparison-truth.ts';
import { isFixed } from './fixed.ts';
import { neverNull } from './never-null.ts';
import { type Condition, dependsOnTarget } from './written-target.ts';

/**
 * - `true`, `false`, `null`: for every row;
 * - `fixed`: the same for every row, and decided by the statement's text and the time: `now() > '2020-01-01'`;
 * - `free`: the same for every row, decided by parameters, the session, or other tables;
 * - `row`: depends on the row.
 *
 * `negated`: what stands around the expression turns it into its contrary.
 */
export type Truth = 'true' | 'false' | 'null' | 'fixed' | 'free' | 'row';

export function truthOf(expression: Expression, condition: Condition, negated = false): Truth {
  const known = knownTruth(expression, condition, negated);
  if (known !== undefined) return known;
  if (dependsOnTarget(expression, condition.query)) return 'row';
  return isFixed(expression, condition.catalog) ? 'fixed' : 'free';
}

/** Undefined: nothing is known beyond what it depends on. */
function knownTruth(expression: Expression, condition: Condition, negated: boolean): Truth | undefined {
  switch (expression.tag) {
    case 'CONST':
      return constantTruth(expression);
    case 'BOOLEXPR':
      return combinationTruth(expression, condition, negated);
    case 'NULLTEST':
      return nullTestTruth(expression, condition);
    case 'BOOLEANTEST':
      return booleanTestTruth(expression, condition);
    case 'CASEEXPR':
      return caseTruth(expression, condition);
    case 'COALESCEEXPR':
      return firstNotNull(expression.args.map((arg) => truthOf(arg, condition)));
    case 'OPEXPR':
    case 'DISTINCTEXPR':
      return comparisonTruth(expression, condition);
    default:
      return undefined;
  }
}

function constantTruth({ constisnull, constvalue }: NodeOf<'CONST'>): Truth {
  if (constisnull || constvalue === null) return 'null';
  return constvalue.bytes.some((byte) => byte !== 0) ? 'true' : 'false';
}

function combinationTruth(
  { boolop, args }: NodeOf<'BOOLEXPR'>,
  condition: Condition,
  negated: boolean,
): Truth {
  const truths = args.map((arg) => truthOf(arg, condition, negated !== (boolop === 'not')));
  switch (boolop) {
    case 'and':
      return not(anyOf(truths.map(not), negated));
    case 'or':
      return anyOf(truths, !negated);
    case 'not':
      return not(truths[0] ?? 'row');
    default:
      return boolop satisfies never;
  }
}

/**
 * An arm that the statement itself decides is either pointless or the point: where it can let rows through, it is taken
 * to. So `id = 5 OR length('x') > 0` lets every row through; `id = 5 OR 1 = 0`, which is computed, doesn't.
 */
function anyOf(arms: readonly Truth[], letsThrough: boolean): Truth {
  const order = letsThrough
    ? (['true', 'fixed', 'row', 'free', 'null'] as const)
    : (['true', 'row', 'free', 'fixed', 'null'] as const);
  return order.find((truth) => arms.includes(truth)) ?? 'false';
}

function not(truth: Truth): Truth {
  return truth === 'true' ? 'false' : truth === 'false' ? 'true' : truth;
}

function nullTestTruth({ arg, nulltesttype, argisrow }: NodeOf<'NULLTEST'>, condition: Condition) {
  const whenNotNull: Truth = nulltesttype === 'is_not_null' ? 'true' : 'false';
  if (arg.tag === 'CONST') return arg.constisnull ? not(whenNotNull) : argisrow ? undefined : whenNotNull;
  return !argisrow && neverNull(arg, condition) ? whenNotNull : undefined;
}

function booleanTestTruth({ arg, booltesttype }: NodeOf<'BOOLEANTEST'>, condition: Condition) {
  const truth = truthOf(arg, condition);
  if (truth !== 'true' && truth !== 'false' && truth !== 'null') return undefined;
  const asked = { true: 'is_true', false: 'is_false', null: 'is_unknown' } as const;
  const holds = booltesttype.replace('is_not_', 'is_') === asked[truth];
  return holds !== booltesttype.startsWith('is_not_') ? 'true' : 'false';
}

/** Known when every branch that may be taken comes to the same. */
function caseTruth({ arg, args, defresult }: NodeOf<'CASEEXPR'>, condition: Condition): Truth | undefined {
  const results: Truth[] = [];
  for (const { expr, result } of args) {
    // With CASE x WHEN y, the comparison has a place holder for x that nothing here knows.
    const when = arg === null ? truthOf(expr, condition) : 'row';
    if (when === 'false' || when === 'null') continue;
    results.push(truthOf(result, condition));
    if (when === 'true') return sameForAll(results);
  }
  results.push(defresult === null ? 'null' : truthOf(defresult, condition));
  return sameForAll(results);
}

function sameForAll(results: readonly Truth[]): Truth | undefined {
  const [first] = results;
  return first !== undefined && results.every((each) => each === first) ? first : undefined;
}

function firstNotNull(truths: readonly Truth[]): Truth | undefined {
  const first = truths.find((truth) => truth !== 'null') ?? 'null';
  return first === 'true' || first === 'false' || first === 'null' ? first : undefined;
}
