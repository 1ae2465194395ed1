// A field of COPY's CSV format: what would mean something stands in quotes (copyto.c, CopyAttributeOutCSV).
import type { LineField, LineLayout } from './line-field.ts';

const NEW_LINE = 0x0a;
const RETURN = 0x0d;
/** Alone in a line it once was the end of the data. */
const END_OF_DATA = Buffer.from('\\.');

export function csvField(layout: LineLayout): LineField {
  const nothing = Buffer.from(layout.nullText);
  return {
    masked(field, mask) {
      // A value that looks like NULL stands in quotes.
      if (field === undefined || isSame(field, nothing)) return nothing;
      const isQuoted = field[0] === layout.quote;
      const shown = mask.text(isQuoted ? unquoted(field, layout) : field);
      if (shown === null) return nothing;
      // Quotes that the value itself needed would say something of it.
      return layout.forcesQuotes || needsQuotes(shown, nothing, layout) ? quoted(shown, layout) : shown;
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
  const { quote } = layout;
  const field = Buffer.allocUnsafe(value.length * 2 + 2);
  let to = 0;
  field[to++] = quote;
  for (const byte of value) {
    if (byte === quote || byte === layout.escape) field[to++] = layout.escape;
    field[to++] = byte;
  }
  field[to++] = quote;
  return field.subarray(0, to);
}
