// COPY's binary format: a header, then rows of counted values, then a row whose count is -1.
import type { MessageScanner } from '../../../wire/index.ts';
import type { Pieces } from '../mask-plan.ts';
import { COPY_VALUE_MAX, type CopyMasks, type CopyRows, malformedCopy } from './copy-data.ts';
import { CopyOutput } from './copy-output.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** The signature, the flags and the length of what follows them. */
const HEADER_BYTES = SIGNATURE.length + 8;
const END = -1;

type Part = 'header' | 'extension' | 'count' | 'length' | 'value' | 'over';

export class CopyBinary implements CopyRows {
  readonly #masks: CopyMasks;
  readonly #output = new CopyOutput();
  /** What is read next: so many bytes, as one of these. */
  #part: Part = 'header';
  #needs = HEADER_BYTES;
  #has = 0;
  /** Small parts are put together; values only where they are masked. */
  #parts: Buffer[] = [];
  #column = 0;
  /** Of a masked value that is too large to be put together: what takes it as it comes; undefined makes it NULL. */
  #pieces: Pieces | undefined;
  cells = 0;

  constructor(masks: CopyMasks) {
    this.#masks = masks;
  }

  get heldBytes(): number {
    return this.#parts.length === 0 ? 0 : this.#has;
  }

  push(bytes: Buffer, start: number, end: number, output: MessageScanner): void {
    let at = start;
    while (at < end) {
      const stop = Math.min(at + this.#needs - this.#has, end);
      this.#take(bytes, at, stop, output);
      this.#has += stop - at;
      at = stop;
      while (this.#has === this.#needs && this.#part !== 'over') this.#partEnds(output);
      if (this.#part === 'over' && at < end) throw malformedCopy();
    }
  }

  end(): void {
    if (this.#part !== 'over') throw malformedCopy();
  }

  #take(bytes: Buffer, start: number, end: number, output: MessageScanner): void {
    const passes = this.#part === 'value' && this.#masks[this.#column] === undefined;
    if (passes || this.#part === 'extension') this.#output.add(bytes, start, end, output);
    else if (this.#part !== 'value' || this.#needs <= COPY_VALUE_MAX)
      this.#parts.push(bytes.subarray(start, end));
    else if (this.#pieces !== undefined) this.#addAll(this.#pieces.push(bytes.subarray(start, end)), output);
  }

  #addAll(bytes: Buffer, output: MessageScanner): void {
    this.#output.add(bytes, 0, bytes.length, output);
  }

  #partEnds(output: MessageScanner): void {
    const part = this.#part;
    if (part === 'value') {
      this.#valueEnds(output);
      return;
    }
    const bytes = Buffer.concat(this.#parts);
    switch (part) {
      case 'header':
        if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw malformedCopy();
        this.#output.add(bytes, 0, bytes.length, output);
        this.#next('extension', bytes.readUInt32BE(SIGNATURE.length + 4));
        return;
      case 'extension':
        this.#next('count', 2);
        return;
      case 'count':
        this.#rowBegins(bytes, output);
        return;
      case 'length':
        this.#valueBegins(bytes, output);
        return;
      case 'over':
        return;
      default:
        part satisfies never;
    }
  }

  #rowBegins(count: Buffer, output: MessageScanner): void {
    this.#output.add(count, 0, count.length, output);
    if (count.readInt16BE(0) === END) {
      this.#output.send(output);
      this.#next('over', 0);
      return;
    }
    if (count.readInt16BE(0) !== this.#masks.length) throw malformedCopy();
    this.#column = 0;
    this.#columnBegins(output);
  }

  #columnBegins(output: MessageScanner): void {
    if (this.#column < this.#masks.length) {
      this.#next('length', 4);
      return;
    }
    this.#output.send(output);
    this.#next('count', 2);
  }

  #valueBegins(bytes: Buffer, output: MessageScanner): void {
    const length = bytes.readInt32BE(0);
    if (length < -1) throw malformedCopy();
    if (length === -1 || this.#masks[this.#column] === undefined) {
      this.#output.add(bytes, 0, bytes.length, output);
    }
    if (length === -1) {
      this.#column += 1;
      this.#columnBegins(output);
    } else {
      this.#next('value', length);
      if (length > COPY_VALUE_MAX) this.#beginLarge(length, output);
    }
  }

  /** How long it becomes stands in front of it. */
  #beginLarge(length: number, output: MessageScanner): void {
    const mask = this.#masks[this.#column];
    if (mask === undefined) return;
    const pieces = mask.begin(length, 'binary');
    const shown = pieces === 'whole' ? null : pieces.length;
    this.#pieces = pieces === 'whole' || shown === null ? undefined : pieces;
    this.#addAll(int32(shown ?? -1), output);
  }

  #valueEnds(output: MessageScanner): void {
    const mask = this.#masks[this.#column];
    if (mask !== undefined) this.cells += 1;
    if (mask !== undefined && this.#needs > COPY_VALUE_MAX) {
      if (this.#pieces !== undefined) this.#addAll(this.#pieces.end(), output);
      this.#pieces = undefined;
    } else if (mask !== undefined) {
      const shown = mask.binary(Buffer.concat(this.#parts, this.#needs));
      this.#addAll(int32(shown === null ? -1 : shown.length), output);
      if (shown !== null) this.#addAll(shown, output);
    }
    this.#column += 1;
    this.#columnBegins(output);
  }

  #next(part: Part, bytes: number): void {
    this.#part = part;
    this.#needs = bytes;
    this.#has = 0;
    this.#parts = [];
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}
