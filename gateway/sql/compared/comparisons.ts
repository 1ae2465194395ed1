// Operators by what they tell of a value: whether it is another one, or more than that.
import type { Fields } from '../syntax/walk.ts';
import { columnNames, listOf, typed } from './tree-parts.ts';

/** What is equal to what; `several`: the other side is a list of values, one of which it is. */
export type Sides = Readonly<{ one: unknown; other: unknown; several: boolean }>;

/** `compares`: in an order, or with a pattern. `computes`: something else comes of it than true or false. */
export function equalsOf({ kind, name, lexpr, rexpr }: Fields): readonly Sides[] | 'compares' | 'computes' {
  const names = columnNames(name);
  const operator = names.length === 1 || names[0] === 'pg_catalog' ? names.at(-1) : undefined;
  const isEquality = operator === '=' || operator === '<>' || operator === '!=';
  switch (kind) {
    case 'AEXPR_OP':
      if (isEquality && lexpr !== undefined) return pairs(lexpr, rexpr, false);
      return operator !== undefined && arithmetic.has(operator) ? 'computes' : 'compares';
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
    case 'AEXPR_NULLIF':
      return pairs(lexpr, rexpr, false);
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return isEquality ? [{ one: lexpr, other: rexpr, several: true }] : 'compares';
    case 'AEXPR_IN': {
      const list = typed(rexpr);
      const items = list?.type === 'List' ? (list.fields.items as readonly unknown[]) : [];
      return items.flatMap((item) => pairs(lexpr, item, false));
    }
    default:
      return 'compares';
  }
}

const arithmetic: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '||',
  '->',
  '->>',
  '#>',
  '#>>',
]);

/** Rows are compared field by field. */
function pairs(one: unknown, other: unknown, several: boolean): readonly Sides[] {
  const [first, second] = [typed(one), typed(other)];
  if (first?.type !== 'RowExpr' || second?.type !== 'RowExpr') return [{ one, other, several }];
  const [left, right] = [listOf(first.fields.args), listOf(second.fields.args)];
  return left.map(({ type, fields }, index) => {
    const against = right[index];
    return {
      one: { [type]: fields },
      other: against === undefined ? undefined : { [against.type]: against.fields },
      several,
    };
  });
}
