// Where the pieces of a statement's text end, as PostgreSQL's scanner reads them with standard_conforming_strings on.

import type { ConstantType } from './constant-type.ts';

/** Text that is read otherwise here than by the parser, or that isn't worth reading. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
}

const tab = 0x09;
const carriageReturn = 0x0d;
const space = 0x20;
const doubleQuote = 0x22;
const dollar = 0x24;
const quote = 0x27;
const star = 0x2a;
const minus = 0x2d;
const slash = 0x2f;
const backslash = 0x5c;

const isBlank = (unit: number): boolean => unit === space || (unit >= tab && unit <= carriageReturn);
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

/** Letters, the underscore, and whatever isn't ASCII. */
export const isWordStart = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f || unit >= 0x80;

/** A space that stays as it is: most of them, so that the text between constants is copied in one piece. */
export function isLoneSpace(text: string, at: number, unit: number): boolean {
  if (unit !== space) return false;
  const after = text.charCodeAt(at + 1);
  return after > space && after !== minus && after !== slash;
}

/** E'…', where a backslash keeps a quote from ending the string. */
export const startsEscapeString = (text: string, at: number, unit: number): boolean =>
  (unit === 0x45 || unit === 0x65) && text.charCodeAt(at + 1) === quote;

export function endOfWord(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (!isWordStart(unit) && !isDigit(unit) && unit !== dollar) break;
  }
  return at;
}

/** After the blanks and comments that begin here; the same place when none do. */
export function endOfBlanks(text: string, start: number): number {
  let at = start;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (isBlank(unit)) at++;
    else if (unit === minus && text.charCodeAt(at + 1) === minus) at = endOfLine(text, at);
    else if (unit === slash && text.charCodeAt(at + 1) === star) at = endOfComment(text, at);
    else return at;
  }
}

function endOfLine(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x0a || unit === carriageReturn) break;
  }
  return at;
}

/** They nest. */
function endOfComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length - 1; at++) {
    const unit = text.charCodeAt(at);
    const after = text.charCodeAt(at + 1);
    if (unit === slash && after === star) {
      depth++;
      at++;
    } else if (unit === star && after === slash) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  throw new UnreadableText('a comment does not end');
}

/** After the quoted text or quoted name that begins here; the same place when none does. */
export function endOfQuoted(text: string, start: number): number {
  const unit = text.charCodeAt(start);
  switch (unit) {
    case quote:
      return endOfPieces(text, endOfQuotes(text, start + 1, quote, false));
    case doubleQuote:
      return endOfQuotes(text, start + 1, doubleQuote, false);
    case dollar:
      return endOfDollars(text, start);
    default:
      if (!startsEscapeString(text, start, unit)) return start;
      return endOfPieces(text, endOfQuotes(text, start + 2, quote, true));
  }
}

function endOfQuotes(text: string, start: number, closing: number, escapes: boolean): number {
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === backslash && escapes) at++;
    else if (unit === closing) {
      if (text.charCodeAt(at + 1) !== closing) return at + 1;
      at++;
    }
  }
  throw new UnreadableText('a quoted text does not end');
}

/** A string may go on in another line, in quotes of its own. */
function endOfPieces(text: string, end: number): number {
  if (text.charCodeAt(endOfBlanks(text, end)) === quote)
    throw new UnreadableText('a string is written in several pieces');
  return end;
}

const dollarQuote = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

function endOfDollars(text: string, start: number): number {
  dollarQuote.lastIndex = start;
  const [delimiter] = dollarQuote.exec(text) ?? [];
  if (delimiter === undefined) return start;
  const closing = text.indexOf(delimiter, start + delimiter.length);
  if (closing < 0) throw new UnreadableText('a dollar-quoted text does not end');
  return closing + delimiter.length;
}

/** Older servers read 0x1F and 1_000 otherwise. */
const number = /(?:-[ \t-\r]*)?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;

/** After the constant that begins here; undefined for one that is written in an unusual way. */
export function endOfConstant(text: string, start: number, type: ConstantType): number | undefined {
  if (type === 'text') {
    const end = endOfQuoted(text, start);
    return end === start || text.charCodeAt(start) === doubleQuote ? undefined : end;
  }
  number.lastIndex = start;
  if (!number.test(text)) return undefined;
  const end = number.lastIndex;
  const after = text.charCodeAt(end);
  return isWordStart(after) || isDigit(after) || after === 0x2e ? undefined : end;
}
