// Writes the key of a shape: the tokens of the text, with types in the place of the constants that are free.

import type { Constant } from './constant-type.ts';
import type { FreePlace } from './free-places.ts';
import {
  endOfBlanks,
  endOfConstant,
  endOfQuoted,
  endOfWord,
  isLoneSpace,
  isWordStart,
  startsEscapeString,
  UnreadableText,
} from './lexemes.ts';

/** A minus sign that belongs to the number is part of it. */
export type FreeConstant = Constant;

export type WrittenKey = Readonly<{ key: string; constants: readonly FreeConstant[] }>;

/**
 * Every run of blanks and comments becomes one space, and unquoted words lose their case. Types are written in braces,
 * which no statement has outside quotes. Places come in the order of the text, in its own indices.
 *
 * @throws UnreadableText when a place isn't where a token begins: then the text isn't read as the parser reads it.
 */
export function writeKey(text: string, start: number, end: number, places: readonly FreePlace[]): WrittenKey {
  const constants: FreeConstant[] = [];
  let key = '';
  /** The key before the constants that come one after the other in a list. */
  let beforeList: string | undefined;
  let from = start;
  let at = start;
  let next = 0;
  const take = (until: number): void => {
    if (from < until) key += folded(text.slice(from, until));
  };
  while (at < end) {
    const place = places[next];
    if (place !== undefined && place.at <= at) {
      if (place.at < at) throw new UnreadableText('a constant is not where the parser sees it');
      next++;
      const after = endOfConstant(text, at, place.type);
      if (after !== undefined) {
        take(at);
        if (place.repeats && beforeList !== undefined) key = `${beforeList}{${place.type}+}`;
        else {
          beforeList = key;
          key += `{${place.type}}`;
        }
        constants.push({ start: at, end: after, type: place.type });
        at = from = after;
        continue;
      }
      beforeList = undefined;
    }
    const unit = text.charCodeAt(at);
    if (isLoneSpace(text, at, unit)) {
      at++;
      continue;
    }
    if (isWordStart(unit) && !startsEscapeString(text, at, unit)) {
      at = endOfWord(text, at);
      continue;
    }
    const blanks = endOfBlanks(text, at);
    const quoted = blanks > at ? at : endOfQuoted(text, at);
    if (blanks > at) {
      take(at);
      if (key !== '') key += ' ';
      // A comment may go on to where the line ends, after the statement.
      at = from = Math.min(blanks, end);
    } else if (quoted > at) {
      take(at);
      key += text.slice(at, quoted);
      at = from = quoted;
    } else at++;
  }
  if (at > end || next < places.length)
    throw new UnreadableText('the text ends elsewhere than where the parser sees it');
  take(end);
  return { key: key.endsWith(' ') ? key.slice(0, -1) : key, constants };
}

/** The server folds ASCII letters alone: beside others, words keep their case, and have a key of their own for it. */
function folded(piece: string): string {
  return Buffer.byteLength(piece) === piece.length ? piece.toLowerCase() : piece;
}
