// What an intent says of its parameters, as bytes: a short value that can be nothing of anybody's is copied as it came.
import { type Lines, sign } from '../../audit/index.ts';
import type { BoundValues } from '../../session/index.ts';
import { readBindValues } from '../../wire/index.ts';
import { FEWEST_DIGITS, LONGEST_WORD, SHORTEST } from './said-text.ts';
import { type Bound, type HashKey, saidValues } from './said-values.ts';

/** Of more, or longer ones, the long way says what is left out. */
const COUNT_MOST = 32;
const LENGTH_MOST = 20;

/** What those take at the most, with a quote at each end and a comma. */
const COPIED_MOST = COUNT_MOST * (LENGTH_MOST + 3) + 2;

const { comma, quote, opening, closing, nothing } = sign;
const minus = 0x2d;
const point = 0x2e;

/** As JSON; 0 where there are none. Throws nothing: it is one of many that are put into a line. */
export function writeParameters(statement: Bound, isHidden: boolean, key: HashKey, into: Lines): void {
  const { bound } = statement;
  const at = isHidden || bound === undefined ? -1 : plainValuesAt(bound);
  if (bound !== undefined && at >= 0) copy(bound.bytes, at, into);
  else into.add(longWay(statement, isHidden, key));
}

function longWay(statement: Bound, isHidden: boolean, key: HashKey): string {
  try {
    return saidValues(statement, isHidden, key) ?? '0';
  } catch {
    return '"unknown"';
  }
}

/** A message is mostly less, and what it came in may be megabytes. */
const KEPT_MOST = 4_096;

/** Whether it may be kept as long as the portal, which may be executed again. */
export const isKeepable = ({ bound }: Bound): boolean =>
  bound === undefined || bound.end - bound.start <= KEPT_MOST;

/** Without the others that came in the same chunk, where that is large. */
export function kept(statement: Bound): Bound {
  const { path, prepared, bound } = statement;
  if (bound === undefined || bound.bytes.length <= KEPT_MOST) return statement;
  const bytes = Buffer.from(bound.bytes.subarray(bound.start, bound.end));
  const own = { bytes, start: 0, end: bytes.length };
  return { path, prepared, bound: own, values: () => readBindValues(bytes, 0, bytes.length) };
}

function copy(bytes: Buffer, start: number, into: Lines): void {
  const count = uint16(bytes, start);
  const room = into.room(COPIED_MOST);
  let end = into.length;
  if (count === 0) room[end++] = nothing;
  else {
    let at = start + 2;
    for (let index = 0; index < count; index++) {
      room[end++] = index === 0 ? opening : comma;
      const length = int32(bytes, at);
      at += 4;
      if (length < 0) end += room.write('null', end, 'latin1');
      else {
        room[end++] = quote;
        for (const to = at + length; at < to; at++) room[end++] = bytes[at] as number;
        room[end++] = quote;
      }
    }
    room[end++] = closing;
  }
  into.ends(end);
}

/** Where the values begin, with their count; -1 where one of them can't be copied, or they aren't laid out as they should be. */
function plainValuesAt({ bytes, start, end }: BoundValues): number {
  if (start + 2 > end) return -1;
  const formats = uint16(bytes, start);
  let at = start + 2;
  for (let index = 0; index < formats; index++, at += 2)
    if (at + 2 > end || uint16(bytes, at) !== 0) return -1;
  const values = at;
  if (at + 2 > end) return -1;
  const count = uint16(bytes, at);
  at += 2;
  if (count > COUNT_MOST || (formats > 1 && formats !== count)) return -1;
  for (let index = 0; index < count; index++) {
    if (at + 4 > end) return -1;
    const length = int32(bytes, at);
    at += 4;
    if (length < -1 || length > LENGTH_MOST || at + length > end) return -1;
    if (length > 0 && !isCopyable(bytes, at, at + length)) return -1;
    at += Math.max(length, 0);
  }
  if (at + 2 > end || at + 2 + uint16(bytes, at) * 2 !== end) return -1;
  return values;
}

/** It needs no escape in JSON, and by its form it is nothing that is looked for (said-text.ts): some of what is harmless. */
function isCopyable(bytes: Buffer, start: number, end: number): boolean {
  const isShort = end - start < SHORTEST;
  let digits = 0;
  let word = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    if (isDigit) digits += 1;
    word = isDigit || isLetter ? word + 1 : 0;
    const isOther = !isDigit && !isLetter && byte !== minus && byte !== point;
    if (isOther || (!isShort && (word > LONGEST_WORD || digits >= FEWEST_DIGITS))) return false;
  }
  return true;
}

const uint16 = (bytes: Buffer, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

const int32 = (bytes: Buffer, at: number): number => (uint16(bytes, at) << 16) | uint16(bytes, at + 2);
