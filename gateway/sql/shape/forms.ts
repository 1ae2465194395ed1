// The forms of expressions that tell whether a comparison's outcome shows without a row.

import type { Node } from 'libpg-query';

/** A column or a parameter, or a row of them. */
export function isReference(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ('RowExpr' in node) return node.RowExpr.args?.every(isReference) ?? false;
  return 'ColumnRef' in node || 'ParamRef' in node;
}

/** One that is typed is a constant to the server too. */
export function isConstant(node: Node | undefined): boolean {
  if (node === undefined) return false;
  return 'TypeCast' in node ? isConstant(node.TypeCast.arg) : 'A_Const' in node;
}

export const isRow = (node: Node | undefined): boolean => node !== undefined && 'RowExpr' in node;

export const isWildcards = (text: string | undefined): boolean => text !== undefined && /^[%_]+$/.test(text);
