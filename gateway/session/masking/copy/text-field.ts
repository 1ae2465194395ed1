// A field of COPY's text format: characters that would mean something stand behind a backslash (copyto.c, CopyAttributeOutText).
import { COPY_VALUE_MAX } from './copy-data.ts';
import { becomesNull, type LineField, type LineLayout } from './line-field.ts';

const BACKSLASH = 0x5c;

/** The letter that stands for each control character. */
const letters: ReadonlyMap<number, number> = new Map(
  [
    ['\b', 'b'],
    ['\f', 'f'],
    ['\n', 'n'],
    ['\r', 'r'],
    ['\t', 't'],
    ['\v', 'v'],
  ].map(([character = '', letter = '']) => [character.charCodeAt(0), letter.charCodeAt(0)]),
);
const characters: ReadonlyMap<number, number> = new Map(
  [...letters].map(([character, letter]) => [letter, character]),
);

export function textField({ delimiter, nullText }: LineLayout): LineField {
  const nothing = Buffer.from(nullText);
  // No value is written so. Where one could be, nobody can tell it from NULL, and it is masked as a value.
  const isCertain = nullText[0] === '\\' && !isWritten(nothing[1], delimiter);
  return {
    masked(field, mask) {
      if (isCertain && field.length === nothing.length && field.equals(nothing)) return nothing;
      const shown = mask.text(unescaped(field));
      return shown === null ? nothing : escaped(shown, delimiter);
    },
    begin(mask) {
      const pieces = mask.begin(COPY_VALUE_MAX + 1, 'text');
      if (pieces === 'whole' || pieces.length === null) return becomesNull(nothing);
      let rest = nothingYet;
      return {
        push(piece) {
          const all = Buffer.concat([rest, piece]);
          const end = endOfWhole(all);
          rest = all.subarray(end);
          return escaped(pieces.push(unescaped(all.subarray(0, end))), delimiter);
        },
        end: () => escaped(Buffer.concat([pieces.push(rest), pieces.end()]), delimiter),
      };
    },
  };
}

const nothingYet: Buffer = Buffer.alloc(0);

/** A backslash at the end belongs to what is still to come, unless it is the second one of two. */
function endOfWhole(piece: Buffer): number {
  let backslashes = 0;
  while (piece[piece.length - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return piece.length - (backslashes % 2);
}

const isWritten = (byte: number | undefined, delimiter: number): boolean =>
  byte === undefined || byte === BACKSLASH || byte === delimiter || characters.has(byte);

function unescaped(field: Buffer): Buffer {
  if (!needsLooking(field, BACKSLASH)) return field;
  const value = Buffer.allocUnsafe(field.length);
  let to = 0;
  for (let at = 0; at < field.length; at++) {
    let byte = field[at] as number;
    if (byte === BACKSLASH && at + 1 < field.length) {
      at += 1;
      byte = field[at] as number;
      byte = characters.get(byte) ?? byte;
    }
    value[to++] = byte;
  }
  return value.subarray(0, to);
}

/** Most values have nothing in them that means something. */
function needsLooking(bytes: Buffer, delimiter: number): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte === BACKSLASH || byte === delimiter) return true;
  }
  return false;
}

function escaped(value: Buffer, delimiter: number): Buffer {
  if (!needsLooking(value, delimiter)) return value;
  const field = Buffer.allocUnsafe(value.length * 2);
  let to = 0;
  for (const byte of value) {
    const letter = letters.get(byte);
    if (byte === BACKSLASH || byte === delimiter || letter !== undefined) field[to++] = BACKSLASH;
    field[to++] = letter ?? byte;
  }
  return field.subarray(0, to);
}
