// The type that PostgreSQL gives a constant by the way it is written.

import type { A_Const } from 'libpg-query';

/** `text` stands for a quoted constant, whose type its surroundings decide and never its content. */
export type ConstantType = 'int4' | 'int8' | 'numeric' | 'text';

/** One in a text, by indices of the string. */
export type Constant = Readonly<{ start: number; end: number; type: ConstantType }>;

/** Undefined for NULL, true, false and bit strings, which are kept as they are. */
export function constantType(constant: A_Const): ConstantType | undefined {
  if (constant.ival !== undefined) return 'int4';
  if (constant.sval !== undefined) return 'text';
  if (constant.fval !== undefined) return numberType(constant.fval.fval ?? '');
  return undefined;
}

/** As make_const (parse_node.c) does: the smallest of three that holds it, by the value with its sign. */
function numberType(digits: string): ConstantType {
  if (!/^-?\d+$/.test(digits)) return 'numeric';
  const value = BigInt(digits);
  if (BigInt.asIntN(32, value) === value) return 'int4';
  return BigInt.asIntN(64, value) === value ? 'int8' : 'numeric';
}
