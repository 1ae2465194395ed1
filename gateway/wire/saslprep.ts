// SASLprep (RFC 4013): the one form in which two spellings of the same password compare equal.
import { isAscii, isUtf8 } from 'node:buffer';
import {
  type CodePointTable,
  leftToRight,
  mappedToNothing,
  nonAsciiSpaces,
  prohibited,
  rightToLeft,
  unassigned,
} from './saslprep-tables.ts';

/**
 * The bytes that PostgreSQL hashes for a password: its SASLprep form, or the password as it is when it has none.
 * The fallback is PostgreSQL's own (a server encoding other than UTF-8 makes such passwords possible); without it
 * those passwords would fail here and nowhere else.
 */
export function preparePassword(password: string | Uint8Array): Buffer {
  const raw = typeof password === 'string' ? Buffer.from(password) : Buffer.from(password);
  if (isAscii(raw) || !isUtf8(raw)) {
    return raw;
  }
  const prepared = saslprep(raw.toString());
  return prepared === undefined ? raw : Buffer.from(prepared);
}

/** The prepared form of a stored string, or undefined for one that RFC 4013 prohibits. */
export function saslprep(text: string): string | undefined {
  const prepared = map(text).normalize('NFKC');
  const points = Array.from(prepared, (character) => character.codePointAt(0) ?? 0);
  if (
    points.length === 0 ||
    points.some((point) => contains(prohibited, point) || contains(unassigned, point))
  ) {
    return undefined;
  }
  return isBidirectionallySound(points) ? prepared : undefined;
}

// RFC 4013, section 2.1. U+200B is in both tables; PostgreSQL makes it a space.
function map(text: string): string {
  let mapped = '';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (contains(nonAsciiSpaces, point)) {
      mapped += ' ';
    } else if (!contains(mappedToNothing, point)) {
      mapped += character;
    }
  }
  return mapped;
}

// RFC 3454, section 6: right-to-left text starts and ends so, and holds nothing left-to-right.
function isBidirectionallySound(points: readonly number[]): boolean {
  if (!points.some((point) => contains(rightToLeft, point))) {
    return true;
  }
  return (
    contains(rightToLeft, points[0]) &&
    contains(rightToLeft, points.at(-1)) &&
    !points.some((point) => contains(leftToRight, point))
  );
}

function contains(table: CodePointTable, point = -1): boolean {
  let low = 0;
  let high = table.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (point < (table[2 * middle] ?? 0)) {
      high = middle - 1;
    } else if (point > (table[2 * middle + 1] ?? 0)) {
      low = middle + 1;
    } else {
      return true;
    }
  }
  return false;
}
