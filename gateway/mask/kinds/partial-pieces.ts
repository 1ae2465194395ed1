// Kind partial on texts that are too large to be looked at whole: as long as they were, a byte for each byte.
import type { PartialMask } from '../rule.ts';
import { type Pieces, streamedMask, type ValueMask } from '../value-mask.ts';
import { endOfAscii, isDigit, isLetter } from '../writers/ascii.ts';

/** UTF-8 takes so many bytes for a character at most. */
const characterBytes = 4;
const nothing = Buffer.alloc(0);
const star = 0x2a;

/** With the format, nothing else is kept: where the first letters end could be anywhere. */
export function partialPieces({
  keep_start: start = 0,
  keep_end: end = 0,
  fill = '*',
  keep_format,
}: PartialMask): ValueMask {
  const code = fill.charCodeAt(0);
  const byte = fill.length === 1 && code < endOfAscii ? code : star;
  return streamedMask((length) =>
    keep_format === true ? new Format(length, byte) : new Ends(length, start, end, byte),
  );
}

class Format implements Pieces {
  readonly length: number;
  readonly #fill: number;

  constructor(length: number, fill: number) {
    this.length = length;
    this.#fill = fill;
  }

  push(piece: Buffer): Buffer {
    return Buffer.from(
      piece.map((byte) => (byte >= endOfAscii || isDigit(byte) || isLetter(byte) ? this.#fill : byte)),
    );
  }

  end(): Buffer {
    return nothing;
  }
}

class Ends implements Pieces {
  readonly length: number;
  readonly #start: number;
  readonly #end: number;
  readonly #fill: number;
  #startIsDone = false;
  /** What may still be kept: the beginning until it is there, and then always what may be the end. */
  #held: Buffer = nothing;

  constructor(length: number, start: number, end: number, fill: number) {
    this.length = length;
    this.#start = start;
    this.#end = end;
    this.#fill = fill;
  }

  push(piece: Buffer): Buffer {
    this.#held = Buffer.concat([this.#held, piece]);
    const out: Buffer[] = [];
    if (!this.#startIsDone) {
      if (this.#held.length < this.#start * characterBytes) return nothing;
      this.#startIsDone = true;
      out.push(this.#take(this.#keptAtStart()));
    }
    const over = this.#held.length - this.#end * characterBytes;
    if (over > 0) out.push(this.#hide(over));
    return Buffer.concat(out);
  }

  end(): Buffer {
    // A value that ends before its beginning was certain is hidden whole.
    const kept = this.#startIsDone ? this.#keptAtEnd() : 0;
    const hidden = this.#hide(this.#held.length - kept);
    return Buffer.concat([hidden, this.#take(kept)]);
  }

  #take(bytes: number): Buffer {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  #hide(bytes: number): Buffer {
    this.#take(bytes);
    return Buffer.alloc(bytes, this.#fill);
  }

  #keptAtStart(): number {
    const text = this.#held.toString('utf8', 0, this.#start * characterBytes);
    return bytesOf(Array.from(text).slice(0, this.#start).join(''));
  }

  #keptAtEnd(): number {
    if (this.#end === 0) return 0;
    return bytesOf(Array.from(this.#held.toString()).slice(-this.#end).join(''));
  }
}

/** None of a text that isn't UTF-8: nobody knows where its characters begin. */
const bytesOf = (text: string): number => (text.includes('\ufffd') ? 0 : Buffer.byteLength(text));
