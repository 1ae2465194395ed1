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
// - Numbers that the grammar reads itself never stand in a free place: float(24), interval(3), LIMIT, ordinals, frames.
//   Constants that aren't free are for known-shapes.ts to compare.
//
// What another version's scanner may read otherwise, or what takes more than a look at the next character to read, has
// no skeleton.

import type { Constant, ConstantType } from './constant-type.ts';

export type Skeleton = Readonly<{
  /** With types in the place of constants, in braces, which it has nowhere else outside quotes. */
  text: string;
  /** Those that were taken out, in the order of the text. */
  constants: readonly Constant[];
}>;

const blank = 1;
const word = 2;
const digit = 3;
/** A character that stays as it is, whatever is next to it. */
const plain = 4;
const quote = 5;
const doubleQuote = 6;
const dollar = 7;
const dot = 8;
const minus = 9;
const slash = 10;
const semicolon = 11;

/** What a character begins outside quotes; 0 ends the reading. The vertical tab is a blank to newer servers only. */
const kinds = new Uint8Array(128);
const mark = (characters: string, kind: number): void => {
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;
};
mark(' \t\n\r\f', blank);
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', word);
mark('0123456789', digit);
mark('()[],:+*<>=~!@#%^&|`?', plain);
mark("'", quote);
mark('"', doubleQuote);
mark('$', dollar);
mark('.', dot);
mark('-', minus);
mark('/', slash);
mark(';', semicolon);

const kindAt = (text: string, at: number): number => {
  const unit = text.charCodeAt(at);
  return unit < 128 ? (kinds[unit] as number) : 0;
};

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
  let at = 0;
  while (at < text.length) {
    const start = at;
    let type: ConstantType | undefined;
    switch (kindAt(text, at)) {
      case blank:
      case plain:
        at++;
        continue;
      case word:
        at = endOfWord(text, at);
        break;
      case quote:
        at = endOfString(text, at);
        if (at > 0 && !isOfWildcards(text, start + 1, at - 1)) type = 'text';
        break;
      case dot:
        if (kindAt(text, at + 1) !== digit) {
          at = kindAt(text, at + 1) === dot ? unread : at + 1;
          break;
        }
        at = endOfNumber(text, at);
        type = 'numeric';
        break;
      case digit:
        at = endOfNumber(text, at);
        type = at === unread ? undefined : typeOfNumber(text, start, at);
        break;
      case doubleQuote:
        at = endOfQuotes(text, at, '"');
        break;
      case dollar:
        at = endOfParameter(text, at);
        break;
      case minus:
        at = kindAt(text, at + 1) === minus ? unread : at + 1;
        break;
      case slash:
        at = text.charCodeAt(at + 1) === 0x2a /* * */ ? unread : at + 1;
        break;
      case semicolon:
        at = endOfBlanks(text, at + 1) === text.length ? text.length : unread;
        break;
      default:
        return undefined;
    }
    if (at === unread) return undefined;
    if (type === undefined) continue;
    written += `${text.slice(from, start)}{${type}}`;
    constants.push({ start, end: at, type });
    from = at;
  }
  return { text: written + text.slice(from), constants };
}

const unread = -1;

function endOfBlanks(text: string, start: number): number {
  let at = start;
  while (kindAt(text, at) === blank) at++;
  return at;
}

/** A name or keyword, but none that may make another kind of string of the quotes behind it: e'…', n'…', u&"…". */
function endOfWord(text: string, start: number): number {
  let at = start + 1;
  let kind = kindAt(text, at);
  while (kind === word || kind === digit || kind === dollar) kind = kindAt(text, ++at);
  if (kind === 0 && at < text.length) return unread;
  if (kind === quote) return unread;
  if (kind !== plain || text.charCodeAt(at) !== 0x26 /* & */) return at;
  const after = kindAt(text, at + 1);
  return after === quote || after === doubleQuote ? unread : at;
}

/** With standard_conforming_strings on, a backslash is a character like others. */
function endOfString(text: string, start: number): number {
  const end = endOfQuotes(text, start, "'");
  // What stands in quotes of its own on another line belongs to it.
  return end === unread || kindAt(text, endOfBlanks(text, end)) === quote ? unread : end;
}

/** Two of them are one that is meant. */
function endOfQuotes(text: string, start: number, closing: string): number {
  let at = text.indexOf(closing, start + 1);
  while (at >= 0) {
    if (text.charCodeAt(at + 1) !== text.charCodeAt(at)) return at + 1;
    at = text.indexOf(closing, at + 2);
  }
  return unread;
}

function isOfWildcards(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x25 /* % */ && unit !== 0x5f /* _ */) return false;
  }
  return end > start;
}

function endOfParameter(text: string, start: number): number {
  const end = endOfDigits(text, start + 1);
  return end > start + 1 ? aloneAt(text, end) : unread;
}

function endOfDigits(text: string, start: number): number {
  let at = start;
  while (kindAt(text, at) === digit) at++;
  return at;
}

/** Decimal, with or without a fraction and an exponent. */
function endOfNumber(text: string, start: number): number {
  let at = endOfDigits(text, start);
  if (kindAt(text, at) === dot) at = endOfDigits(text, at + 1);
  if ((text.charCodeAt(at) | 0x20) === 0x65 /* e */) {
    const sign = text.charCodeAt(at + 1);
    const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
    at = endOfDigits(text, digits);
    if (at === digits) return unread;
  }
  return aloneAt(text, at);
}

/** Servers differ on what it means when a number goes on in another token: 1a, 1_000, 0x1F, 1..2. */
function aloneAt(text: string, end: number): number {
  if (end >= text.length) return end;
  const kind = kindAt(text, end);
  return kind === blank || kind === plain || kind === minus || kind === slash || kind === semicolon
    ? end
    : unread;
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
