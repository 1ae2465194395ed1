// Masks a row that is too large to be put together, in the pieces that it comes in.
import { Fault } from '../../lib/index.ts';
import { backend, HEADER_BYTES, type MessageScanner } from '../../wire/index.ts';
import type { Pieces } from './mask-plan.ts';
import { type MaskedColumn, malformedRow, maskValue, type RowMask, readInt32 } from './row-mask.ts';

/**
 * A message begins with its length, so that nothing of a row can be sent before it is known what each of its masked
 * values becomes: so much of a row is kept until then.
 */
const HELD_MAX = 16 * 1024 * 1024;

export class LargeRow {
  readonly #mask: RowMask;
  /** Of the row that is sent, as far as it is known. */
  #length: number;
  /** How many masked values there are of which it isn't known how long they become. */
  #unknown: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isSent = false;
  /** The count of columns or the length of a value, which may come in pieces too. */
  #number = Buffer.alloc(4);
  #numberHas = 0;
  #numberNeeds = 2;
  #column = -1;
  #nextMasked = 0;
  #value: Value | undefined;
  /** Values that were masked. */
  cells = 0;

  constructor(mask: RowMask, bodyLength: number) {
    this.#mask = mask;
    this.#length = bodyLength;
    this.#unknown = mask.columns.length;
  }

  /** What is kept of it at the moment. */
  get heldBytes(): number {
    const into = this.#value?.into;
    return this.#heldBytes + (into instanceof WholeValue ? into.bytes : 0);
  }

  /** The next piece of its body; `rest` bytes are still to come. */
  push(bytes: Buffer, start: number, end: number, rest: number, output: MessageScanner): void {
    let at = start;
    this.#send(output);
    while (at < end) {
      if (this.#value !== undefined) at = this.#readValue(this.#value, bytes, at, end, output);
      else if (this.#column === this.#mask.count) throw malformedRow();
      else at = this.#readNumber(bytes, at, end, output);
    }
    const isWhole = this.#value === undefined && this.#column === this.#mask.count;
    if (rest === 0 && !(isWhole && this.#isSent)) throw malformedRow();
  }

  #readNumber(bytes: Buffer, start: number, end: number, output: MessageScanner): number {
    const count = Math.min(this.#numberNeeds - this.#numberHas, end - start);
    bytes.copy(this.#number, this.#numberHas, start, start + count);
    this.#numberHas += count;
    if (this.#numberHas < this.#numberNeeds) return start + count;
    this.#numberHas = 0;
    if (this.#column < 0) {
      if (this.#number.readUInt16BE(0) !== this.#mask.count) throw malformedRow();
      this.#emit(Buffer.from(this.#number.subarray(0, 2)), output);
      this.#numberNeeds = 4;
      this.#column = 0;
    } else this.#begin(readInt32(this.#number, 0), output);
    return start + count;
  }

  /** A value of this length begins, or NULL. */
  #begin(length: number, output: MessageScanner): void {
    if (length < -1) throw malformedRow();
    const masked = this.#mask.columns[this.#nextMasked];
    if (masked?.index !== this.#column) {
      this.#emit(int32(length), output);
      this.#value = { rest: Math.max(length, 0), into: undefined };
    } else {
      this.#nextMasked += 1;
      if (length === -1) this.#known(0, null, output);
      else this.cells += 1;
      const into = length === -1 ? undefined : masking(masked, length);
      if (into !== undefined && 'length' in into) this.#known(length, into.length, output);
      this.#value = { rest: Math.max(length, 0), into: into ?? 'nothing' };
    }
    if (this.#value.rest === 0) this.#end(this.#value, output);
  }

  /** What a masked value of that length becomes. */
  #known(length: number, shown: number | null, output: MessageScanner): void {
    this.#length += (shown ?? 0) - length;
    this.#unknown -= 1;
    this.#emit(int32(shown ?? -1), output);
    this.#send(output);
  }

  #readValue(value: Value, bytes: Buffer, start: number, end: number, output: MessageScanner): number {
    const stop = Math.min(start + value.rest, end);
    value.rest -= stop - start;
    const piece = bytes.subarray(start, stop);
    const { into } = value;
    if (into === undefined) this.#emit(piece, output);
    else if (into !== 'nothing') this.#emit(into.push(piece), output);
    if (value.rest === 0) this.#end(value, output);
    return stop;
  }

  #end({ into }: Value, output: MessageScanner): void {
    if (into instanceof WholeValue) {
      const shown = into.shown();
      this.#known(into.bytes, shown === null ? null : shown.length, output);
      if (shown !== null) this.#emit(shown, output);
    } else if (into !== undefined && into !== 'nothing') this.#emit(into.end(), output);
    this.#value = undefined;
    this.#column += 1;
  }

  #emit(bytes: Buffer, output: MessageScanner): void {
    if (bytes.length === 0) return;
    if (this.#isSent) {
      output.insertBefore(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > HELD_MAX) throw new Fault('masked_row_too_large', { limit: HELD_MAX });
  }

  /** Begins the message as soon as its length is known. */
  #send(output: MessageScanner): void {
    if (this.#isSent || this.#unknown > 0) return;
    this.#isSent = true;
    const header = Buffer.alloc(HEADER_BYTES);
    header[0] = backend.dataRow;
    header.writeInt32BE(this.#length + 4, 1);
    output.insertBefore(header);
    for (const held of this.#held) output.insertBefore(held);
    this.#held = [];
    this.#heldBytes = 0;
  }
}

/** The value that is being read. Without `into` it passes. */
type Value = { rest: number; readonly into: Pieces | WholeValue | 'nothing' | undefined };

/** A value that is masked once it is there. */
class WholeValue {
  readonly bytes: number;
  readonly #masked: MaskedColumn;
  readonly #value: Buffer;
  #has = 0;

  constructor(masked: MaskedColumn, bytes: number) {
    this.bytes = bytes;
    this.#masked = masked;
    this.#value = Buffer.allocUnsafe(bytes);
  }

  push(piece: Buffer): Buffer {
    this.#has += piece.copy(this.#value, this.#has);
    return nothing;
  }

  shown(): Buffer | null {
    return maskValue(this.#masked, this.#value, 0, this.bytes);
  }
}

const nothing = Buffer.alloc(0);

function masking(masked: MaskedColumn, length: number): Pieces | WholeValue {
  const pieces = masked.mask.begin(length, masked.binary ? 'binary' : 'text');
  if (pieces !== 'whole') return pieces;
  if (length > HELD_MAX) throw new Fault('masked_row_too_large', { limit: HELD_MAX });
  return new WholeValue(masked, length);
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}
