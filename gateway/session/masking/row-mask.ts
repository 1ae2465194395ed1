// Rewrites rows: the masks of a result whose columns the server has described, applied to each DataRow.
import { Fault } from '../../lib/index.ts';
import { backend, HEADER_BYTES, type MessageScanner } from '../../wire/index.ts';
import { describes } from '../column-origins.ts';
import type { MaskPlan, ValueMask, ValueWriter } from './mask-plan.ts';

/** One column whose values are masked. */
export type MaskedColumn = Readonly<{
  /** From 0. */
  index: number;
  mask: ValueMask;
  binary: boolean;
}>;

/** Below this length a loop is quicker than a call that copies. */
const SHORT_COPY = 48;

export class RowMask {
  /** How many columns a row has. */
  readonly count: number;
  /** Those that are masked, in order. */
  readonly columns: readonly MaskedColumn[];
  /** Of each masked column in the row at hand: where its length stands, where its value ends, and what it becomes. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #shown: (Buffer | null)[];
  /** Of those that have one: what writes their values where they stand. */
  readonly #writers: readonly (ValueWriter | undefined)[];
  /** By how many bytes all writers may make a row longer. */
  readonly #longer: number;
  /** Masked values of the row at hand. */
  #cells = 0;

  constructor(count: number, columns: readonly MaskedColumn[]) {
    this.count = count;
    this.columns = columns;
    this.#writers = columns.map(({ mask, binary }) => mask.writer?.(binary ? 'binary' : 'text'));
    this.#longer = this.#writers.reduce((sum, writer) => sum + (writer?.longer ?? 0), 0);
    this.#starts = new Int32Array(columns.length);
    this.#ends = new Int32Array(columns.length);
    this.#shown = columns.map(() => null);
  }

  /** Puts the row whose body is `bytes[start, end)` into the output, masked; gives how many values were. */
  write(bytes: Buffer, start: number, end: number, output: MessageScanner): number {
    if (!this.#tryWrite(bytes, start, end, output, this.#writers)) {
      this.#tryWrite(bytes, start, end, output, noWriters);
    }
    return this.#cells;
  }

  /** False where a writer leaves a value to its mask: then nothing was written. */
  #tryWrite(
    bytes: Buffer,
    start: number,
    end: number,
    output: MessageScanner,
    writers: readonly (ValueWriter | undefined)[],
  ): boolean {
    const most = end - start + this.#maskValues(bytes, start, end, writers) + this.#longer;
    const room = output.reserve(HEADER_BYTES + most);
    const header = output.roomAt;
    let to = header + HEADER_BYTES;
    let from = start;
    for (let each = 0; each < this.columns.length; each++) {
      const stop = this.#starts[each] as number;
      to = copy(room, to, bytes, from, stop);
      from = this.#ends[each] as number;
      const writer = writers[each];
      if (writer === undefined || bytes[stop] === 0xff) to = writeValue(room, to, this.#shown[each] ?? null);
      else {
        const ends = writer.write(bytes, stop + 4, from, room, to + 4);
        if (ends === NOT_THIS_WAY) return false;
        writeInt32(room, to, ends === BECOMES_NULL ? -1 : ends - to - 4);
        to = ends === BECOMES_NULL ? to + 4 : ends;
      }
    }
    to = copy(room, to, bytes, from, end);
    room[header] = backend.dataRow;
    writeInt32(room, header + 1, to - header - 1);
    output.wrote(to);
    return true;
  }

  /** Finds the masked values, and fills in those without a writer; how much longer the row becomes by these. */
  #maskValues(
    bytes: Buffer,
    start: number,
    end: number,
    writers: readonly (ValueWriter | undefined)[],
  ): number {
    if (end - start < 2 || readUint16(bytes, start) !== this.count) throw malformedRow();
    let at = start + 2;
    let column = 0;
    let longer = 0;
    this.#cells = 0;
    for (let each = 0; each < this.columns.length; each++) {
      const masked = this.columns[each] as MaskedColumn;
      for (; column < masked.index; column++) at = endOfValue(bytes, at, end);
      const stop = endOfValue(bytes, at, end);
      this.#starts[each] = at;
      if (bytes[at] !== 0xff) this.#cells += 1;
      this.#ends[each] = stop;
      if (writers[each] === undefined) {
        const value = at + 4;
        const shown = bytes[at] === 0xff ? null : maskValue(masked, bytes, value, stop);
        this.#shown[each] = shown;
        longer += (shown === null ? 0 : shown.length) - (stop - value);
      } else this.#shown[each] = null;
      at = stop;
      column += 1;
    }
    return longer;
  }
}

const noWriters: readonly undefined[] = [];
/** What writers give instead of an end. */
const BECOMES_NULL = -1;
const NOT_THIS_WAY = -2;

export function maskValue(masked: MaskedColumn, bytes: Buffer, start: number, end: number): Buffer | null {
  const value = bytes.subarray(start, end);
  return masked.binary ? masked.mask.binary(value) : masked.mask.text(value);
}

const TEXT = 0;
const BINARY = 1;

/** The masks that a plan has for the columns as a RowDescription names them; throws when they aren't those planned for. */
export function rowMaskOf(plan: MaskPlan, description: Buffer): RowMask {
  const { columns, origins } = plan;
  const count = description.readUInt16BE(0);
  if (count !== columns.length) throw new Fault('columns_changed');
  if (origins !== undefined && !describes(origins, description, 0)) throw new Fault('columns_changed');
  const masked: MaskedColumn[] = [];
  let at = 2;
  for (let index = 0; index < count; index++) {
    // Behind the name: table, attribute, type, its length, its modifier, format.
    const fixed = description.indexOf(0, at) + 1;
    const type = { oid: description.readUInt32BE(fixed + 6), modifier: description.readInt32BE(fixed + 12) };
    const format = description.readInt16BE(fixed + 16);
    at = fixed + 18;
    const column = columns[index];
    if (column === undefined) continue;
    if (format !== TEXT && format !== BINARY) throw new Fault('columns_changed');
    masked.push({ index, mask: column.forType(type), binary: format === BINARY });
  }
  return new RowMask(count, masked);
}

/** The end of the value whose length stands at `at`; NULL ends where its length does. */
function endOfValue(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) throw malformedRow();
  const length = readInt32(bytes, at);
  const stop = at + 4 + (length === -1 ? 0 : length);
  if (length < -1 || stop > end) throw malformedRow();
  return stop;
}

export const readInt32 = (bytes: Buffer, at: number): number =>
  ((bytes[at] as number) << 24) |
  ((bytes[at + 1] as number) << 16) |
  ((bytes[at + 2] as number) << 8) |
  (bytes[at + 3] as number);

const readUint16 = (bytes: Buffer, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

/** Where it ends. */
function writeInt32(bytes: Buffer, at: number, value: number): number {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
  return at + 4;
}

function writeValue(to: Buffer, at: number, value: Buffer | null): number {
  if (value === null) return writeInt32(to, at, -1);
  return copy(to, writeInt32(to, at, value.length), value, 0, value.length);
}

function copy(to: Buffer, at: number, from: Buffer, start: number, end: number): number {
  if (end - start > SHORT_COPY) return at + from.copy(to, at, start, end);
  let next = at;
  for (let index = start; index < end; index++) to[next++] = from[index] as number;
  return next;
}

export const malformedRow = (): Fault =>
  new Fault('upstream_protocol', {}, new Error('a DataRow is not laid out as the protocol says'));
