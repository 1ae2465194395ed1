// What a statement's text may do to its session, told from its words alone and rather too often than too seldom.
import { skeletonOf } from '../sql/index.ts';

export type TextTraits = Readonly<{
  /** The server may ask for copy data, and then reads what follows as such. */
  mayCopyIn: boolean;
  /** One SELECT, INSERT, UPDATE, DELETE or MERGE that keeps nothing: only functions can do more than it says. */
  ordinary: boolean;
}>;

const INTO = /into/i;
const COPY = /copy/i;
/** PostgreSQL takes the one for the other: COPY FROM STDOUT reads from the client too. */
const STDIN = /stdin|stdout/i;

const SKELETON_CHARACTERS_MAX = 64 * 1024;

const ordinary: TextTraits = { mayCopyIn: false, ordinary: true };
const notable: TextTraits = { mayCopyIn: false, ordinary: false };

/** Of a text that is not known. */
export const anything: TextTraits = { mayCopyIn: true, ordinary: false };

export function traitsOf(text: string): TextTraits {
  if (isOrdinary(text)) return ordinary;
  return COPY.test(text) && STDIN.test(text) ? anything : notable;
}

/** The first word tells what a single statement is; keywords can't be written any other way. */
function isOrdinary(text: string): boolean {
  let start = 0;
  while (isBlank(text.charCodeAt(start))) start += 1;
  // Letters in either case: no other character of these words differs by that bit.
  switch (text.charCodeAt(start) | 0x20) {
    case 0x73: // s
      return begins(text, start, 'select') && endsOnce(text, start, true);
    case 0x77: // w
      return begins(text, start, 'with') && endsOnce(text, start, true);
    case 0x69: // i
      return begins(text, start, 'insert') && endsOnce(text, start, false);
    case 0x75: // u
      return begins(text, start, 'update') && endsOnce(text, start, false);
    case 0x64: // d
      return begins(text, start, 'delete') && endsOnce(text, start, false);
    case 0x6d: // m
      return begins(text, start, 'merge') && endsOnce(text, start, false);
    default:
      return false;
  }
}

function begins(text: string, start: number, word: string): boolean {
  for (let index = 1; index < word.length; index++) {
    if ((text.charCodeAt(start + index) | 0x20) !== word.charCodeAt(index)) return false;
  }
  // A longer word is another one.
  const next = text.charCodeAt(start + word.length);
  return isBlank(next) || next === 0x28 /* ( */ || next === 0x2a /* * */ || next === 0x27 /* ' */;
}

/** There is no second statement behind it and, where SELECT INTO would make a table, no such word. */
function endsOnce(text: string, start: number, reads: boolean): boolean {
  const semicolon = text.indexOf(';', start);
  const isOne = semicolon < 0 || isBlankFrom(text, semicolon + 1);
  const mayKeep = reads && INTO.test(text);
  if (isOne && !mayKeep) return true;
  // They may stand in quotes, as parts of a value. A skeleton has no values, and no second statement.
  const skeleton = isReadAlike(text) ? skeletonOf(text) : undefined;
  return skeleton !== undefined && !(reads && INTO.test(skeleton.text));
}

/** Short enough to be looked through again, and the same to a server that takes backslashes in strings for escapes. */
const isReadAlike = (text: string): boolean => text.length <= SKELETON_CHARACTERS_MAX && !text.includes('\\');

function isBlankFrom(text: string, start: number): boolean {
  let index = start;
  while (isBlank(text.charCodeAt(index))) index += 1;
  return index === text.length;
}

/** The blanks of PostgreSQL's lexer: space, tab, new line, vertical tab, form feed, carriage return. */
const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);
