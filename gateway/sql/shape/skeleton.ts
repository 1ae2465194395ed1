// The skeleton of a text: its constants taken out and everything else kept, told by its characters and without a parser.
//
// The grammar works on tokens. Texts of one skeleton have the same tokens but for the values of constants, and so the
// same parse tree but for these values. Where a value decides more than itself, it is told by the constant's class, or
// the constant stays in the skeleton:
//
// - The scanner makes an integer of what fits int4 and digits of any other number; make_const chooses int4, int8 or
//   numeric by the value with its sign (constant-type.ts). A minus sign is a token of its own, which stays; whether it
//   is the number's (doNegate) depends on the tokens around it alone. The two numbers whose type depends on it stay:
//   2147483648 and 9223372036854775808.
// - A pattern of wildcards alone is no filter (forms.ts): such a string stays.
// - What a comment says is nothing to anybody, but it parts tokens as blanks do: it stays, empty.
// - Numbers that the grammar reads itself never stand in a free place: float(24), interval(3), LIMIT, ordinals, frames.
//   Constants that aren't free are for known-shapes.ts to compare.
//
// What another version's scanner may read otherwise, or what takes more than a look at the next character to read, has
// no skeleton.

import type { Constant, ConstantType } from './constant-type.ts';
import {
  blank,
  digit,
  dot,
  endOfDigits,
  endOfPiece,
  kindAt,
  plain,
  quote,
  slash,
  unread,
} from './plain-lexemes.ts';

export type Skeleton = Readonly<{
  /** With types in the place of constants, in braces, which it has nowhere else outside quotes. */
  text: string;
  /** Those that were taken out, in the order of the text. */
  constants: readonly Constant[];
}>;

/**
 * Undefined for a text that has to be parsed. One that has a skeleton is one statement, if it is any.
 *
 * @example
 * skeletonOf("SELECT name FROM customers WHERE id = 5 AND city = 'Bonn' LIMIT 3")?.text;
 * // SELECT name FROM customers WHERE id = {int4} AND city = {text} LIMIT {int4}
 */
export function skeletonOf(text: string): Skeleton | undefined {
  if (text.includes('\0') || !text.isWellFormed()) return undefined;
  const constants: Constant[] = [];
  let written = '';
  let from = 0;
  let start = 0;
  while (start < text.length) {
    const kind = kindAt(text, start);
    if (kind === blank || kind === plain) {
      start++;
      continue;
    }
    const end = endOfPiece(text, start, kind);
    if (end === unread) return undefined;
    const type = typeOf(text, start, end, kind);
    const isComment = kind === slash && end > start + 1;
    if (type !== undefined) constants.push({ start, end, type });
    if (type !== undefined || isComment) {
      written += text.slice(from, start) + (type === undefined ? '/**/' : `{${type}}`);
      from = end;
    }
    start = end;
  }
  return { text: written + text.slice(from), constants };
}

/** Undefined for what stays as it is. */
function typeOf(text: string, start: number, end: number, kind: number): ConstantType | undefined {
  switch (kind) {
    case quote:
      return isOfWildcards(text, start + 1, end - 1) ? undefined : 'text';
    case digit:
      return typeOfNumber(text, start, end);
    case dot:
      return end > start + 1 ? 'numeric' : undefined;
    default:
      return undefined;
  }
}

function isOfWildcards(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x25 /* % */ && unit !== 0x5f /* _ */) return false;
  }
  return end > start;
}

/** So many digits fit int4 whatever they are. */
const surelyInt4 = 9;

/** Undefined for a number whose type depends on its sign. */
function typeOfNumber(text: string, start: number, end: number): ConstantType | undefined {
  if (endOfDigits(text, start) < end) return 'numeric';
  if (end - start <= surelyInt4) return 'int4';
  const value = BigInt(text.slice(start, end));
  if (value < 2_147_483_648n) return 'int4';
  if (value === 2_147_483_648n || value === 9_223_372_036_854_775_808n) return undefined;
  return value < 9_223_372_036_854_775_808n ? 'int8' : 'numeric';
}
