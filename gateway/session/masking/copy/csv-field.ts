// A field of COPY's CSV format: what would mean something stands in quotes (copyto.c, CopyAttributeOutCSV).
import type { Pieces } from '../mask-plan.ts';
import { COPY_VALUE_MAX } from './copy-data.ts';
import { becomesNull, type FieldPieces, type LineField, type LineLayout } from './line-field.ts';

const NEW_LINE = 0x0a;
const RETURN = 0x0d;
/** Alone in a line it once was the end of the data. */
const END_OF_DATA = Buffer.from('\\.');

export function csvField(layout: LineLayout): LineField {
  const nothing = Buffer.from(layout.nullText);
  return {
    masked(field, mask) {
      // A value that looks like NULL stands in quotes.
      if (isSame(field, nothing)) return nothing;
      const isQuoted = field[0] === layout.quote;
      const shown = mask.text(isQuoted ? unquoted(field, layout) : field);
      if (shown === null) return nothing;
      // Quotes that the value itself needed would say something of it.
      return layout.forcesQuotes || needsQuotes(shown, nothing, layout) ? quoted(shown, layout) : shown;
    },
    begin(mask) {
      const pieces = mask.begin(COPY_VALUE_MAX + 1, 'text');
      return pieces === 'whole' || pieces.length === null ? becomesNull(nothing) : largeField(pieces, layout);
    },
  };
}

const isSame = (one: Buffer, other: Buffer): boolean => one.length === other.length && one.equals(other);

function needsQuotes(value: Buffer, nothing: Buffer, { delimiter, quote }: LineLayout): boolean {
  for (let at = 0; at < value.length; at++) {
    const byte = value[at];
    if (byte === delimiter || byte === quote || byte === NEW_LINE || byte === RETURN) return true;
  }
  return isSame(value, nothing) || isSame(value, END_OF_DATA);
}

/** It stands in quotes always: whether it needs them is only known at its end. */
function largeField(pieces: Pieces, layout: LineLayout): FieldPieces {
  const quote = Buffer.from([layout.quote]);
  const unquote = unquoting(layout);
  let isBegun = false;
  const begin = (): Buffer => {
    const before = isBegun ? nothingYet : quote;
    isBegun = true;
    return before;
  };
  return {
    push: (piece) => Buffer.concat([begin(), escaped(pieces.push(unquote(piece)), layout)]),
    end: () => Buffer.concat([begin(), escaped(pieces.end(), layout), quote]),
  };
}

/** What a field stands for, in pieces: an escape at the end of one is for the first byte of the next. */
function unquoting({ quote, escape: escaping }: LineLayout): (piece: Buffer) => Buffer {
  let isQuoted: boolean | undefined;
  let isEscaped = false;
  return (piece) => {
    if (piece.length === 0) return piece;
    const start = isQuoted === undefined && piece[0] === quote ? 1 : 0;
    isQuoted ??= start === 1;
    if (!isQuoted) return piece;
    const value = Buffer.allocUnsafe(piece.length + 1);
    let to = 0;
    for (let at = start; at < piece.length; at++) {
      const byte = piece[at] as number;
      const isSpecial = byte === quote || byte === escaping;
      // An escape in front of anything else stands for itself.
      if (isEscaped && !isSpecial) value[to++] = escaping;
      if (isEscaped || !isSpecial) value[to++] = byte;
      // A quote that is none of this ends the field.
      isEscaped = !isEscaped && byte === escaping;
    }
    return value.subarray(0, to);
  };
}

const nothingYet = Buffer.alloc(0);

function unquoted(field: Buffer, layout: LineLayout): Buffer {
  const { quote } = layout;
  const value = Buffer.allocUnsafe(field.length);
  let to = 0;
  for (let at = 1; at < field.length - 1; at++) {
    const next = field[at + 1];
    if (field[at] === layout.escape && (next === quote || next === layout.escape)) at += 1;
    value[to++] = field[at] as number;
  }
  return value.subarray(0, to);
}

function quoted(value: Buffer, layout: LineLayout): Buffer {
  const quote = Buffer.from([layout.quote]);
  return Buffer.concat([quote, escaped(value, layout), quote]);
}

function escaped(value: Buffer, { quote, escape: escaping }: LineLayout): Buffer {
  const field = Buffer.allocUnsafe(value.length * 2);
  let to = 0;
  for (const byte of value) {
    if (byte === quote || byte === escaping) field[to++] = escaping;
    field[to++] = byte;
  }
  return field.subarray(0, to);
}
