// The types that PREPARE declares for its parameters, as a SELECT that tests values of them: only the server knows names.

import type { Node } from 'libpg-query';
import { confirmed, selectOf } from './inner-text.ts';
import type { NodeOf } from './statement.ts';
import { closingOf, scanTokens } from './tokens.ts';

/** Undefined where it declares none; `source` undefined where its text can't be told from what is around it. */
export function preparedTypes(
  { argtypes = [] }: Readonly<NodeOf<'PrepareStmt'>>,
  source: string,
): Readonly<{ source: string | undefined }> | undefined {
  if (argtypes.length === 0) return undefined;
  const tokens = scanTokens(source);
  const open = tokens.findIndex(({ text, depth }) => text === '(' && depth === 0);
  const inside = tokens.slice(open + 1, closingOf(tokens, open));
  const types: string[] = [];
  let from = tokens[open]?.end ?? 0;
  for (const { text, depth, start, end } of inside) {
    if (text !== ',' || depth !== 1) continue;
    types.push(source.slice(from, start));
    from = end;
  }
  types.push(source.slice(from, inside.at(-1)?.end ?? from));
  const text = `SELECT ${types.map((type) => `NULL::${type} IS NULL`).join(', ')}`;
  return { source: confirmed([text], selectOf(argtypes.map(nullOf))) };
}

function nullOf(type: Node): Node {
  if (!('TypeName' in type)) throw new Error('PREPARE has a parameter whose type is no type name');
  const arg = { TypeCast: { arg: { A_Const: { isnull: true } }, typeName: type.TypeName } };
  // An output of type unknown would become text.
  return { NullTest: { arg, nulltesttype: 'IS_NULL' } };
}
