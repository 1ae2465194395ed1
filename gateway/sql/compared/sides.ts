// The two sides of a comparison: a column, and a value that the statement gives.
import { type Fields, walkSyntax } from '../syntax/walk.ts';
import { columnNames, lastName, listOf, sval, typed } from './tree-parts.ts';
import type { WatchedNames } from './watched-names.ts';

export type Value =
  | Readonly<{ kind: 'constant'; text: string }>
  /** `several`: it is an array of values. */
  | Readonly<{ kind: 'parameter'; number: number; several: boolean }>
  | Readonly<{ kind: 'array'; text: string }>
  /** Of constants and parameters alone. */
  | Readonly<{ kind: 'computed'; text: string; parameters: readonly number[] }>;

/** Different values stay different in them, but for the case of letters and blanks at the ends. */
const sameOf: ReadonlySet<string> = new Set(['lower', 'upper', 'trim', 'btrim', 'casefold']);

/** The name of the watched column that a side is, whatever type it is cast to. */
export function columnIn(side: unknown, watched: WatchedNames): string | undefined {
  const node = typed(side);
  switch (node?.type) {
    case 'ColumnRef': {
      const name = lastName(node.fields.fields);
      return name !== undefined && watched.columns.has(name) ? name : undefined;
    }
    case 'A_Indirection': {
      const names = columnNames(node.fields.indirection);
      const [only] = names;
      const isField =
        listOf(node.fields.indirection).length === 1 && typed(node.fields.arg)?.type === 'ColumnRef';
      return isField && only !== undefined && watched.columns.has(only) ? only : undefined;
    }
    case 'TypeCast':
    case 'CollateClause':
      return columnIn(node.fields.arg, watched);
    case 'FuncCall': {
      const { funcname, args } = node.fields;
      const [argument, another] = Array.isArray(args) ? args : [];
      return another === undefined && sameOf.has(builtinName(funcname) ?? '')
        ? columnIn(argument, watched)
        : undefined;
    }
    default:
      return undefined;
  }
}

/** The values that a side gives; undefined where they depend on rows, or on what nobody can foresee. */
export function givenValue(side: unknown, several = false): readonly Value[] | undefined {
  const node = typed(side);
  switch (node?.type) {
    case 'TypeCast':
      return givenValue(node.fields.arg, several);
    case 'A_Const': {
      const text = constantText(node.fields);
      if (text === undefined) return [];
      return [{ kind: several ? 'array' : 'constant', text }];
    }
    case 'ParamRef':
      return [{ kind: 'parameter', number: Number(node.fields.number ?? 0), several }];
    case 'A_ArrayExpr': {
      if (!several) return undefined;
      const values = (node.fields.elements as readonly unknown[] | undefined)?.map((each) =>
        givenValue(each, typed(each)?.type === 'A_ArrayExpr'),
      );
      return values?.every((each) => each !== undefined) ? values.flat() : undefined;
    }
    default:
      return several || node === undefined ? undefined : computed(node.type, node.fields);
  }
}

/** Undefined: NULL, which nothing is compared with. */
function constantText({ ival, fval, boolval, sval: text, bsval, isnull }: Fields): string | undefined {
  if (isnull === true) return undefined;
  if (ival !== undefined) return String((ival as Fields).ival ?? 0);
  if (fval !== undefined) return String((fval as Fields).fval);
  if (boolval !== undefined) return String((boolval as Fields).boolval ?? false);
  if (bsval !== undefined) return String((bsval as Fields).bsval);
  return sval((text ?? {}) as Fields);
}

const withoutRows: ReadonlySet<string> = new Set([
  ...['A_Const', 'Integer', 'Float', 'Boolean', 'String', 'BitString', 'ParamRef'],
  ...['A_Expr', 'FuncCall', 'TypeCast', 'TypeName', 'CollateClause'],
]);

/** The same value for the whole statement, so that it is one. */
function computed(type: string, fields: Fields): readonly Value[] | undefined {
  const parameters: number[] = [];
  let isGiven = true;
  const unknown = walkSyntax(type, fields, (at, inner) => {
    if (!withoutRows.has(at)) isGiven = false;
    if (at === 'FuncCall' && !sameOf.has(builtinName(inner.funcname) ?? '')) isGiven = false;
    if (at === 'ParamRef') parameters.push(Number(inner.number ?? 0));
    return isGiven ? 'into' : 'end';
  });
  if (!isGiven || unknown.length > 0) return undefined;
  const text = JSON.stringify({ [type]: fields }, (key, value) => (key === 'location' ? undefined : value));
  return [{ kind: 'computed', text, parameters }];
}

function builtinName(nodes: unknown): string | undefined {
  const names = columnNames(nodes);
  return names.length === 1 || names[0] === 'pg_catalog' ? names.at(-1) : undefined;
}
