// Lines on their way to a file, as bytes: what is hashed is what is written, and no text of it is put together first.

/** Of JSON, in bytes. */
export const sign = { comma: 0x2c, quote: 0x22, opening: 0x5b, closing: 0x5d, nothing: 0x30 } as const;

const leastBytes = 64 * 1024;

export class Lines {
  #buffer = Buffer.allocUnsafeSlow(leastBytes);
  #length = 0;
  #written = 0;

  /** @param written the beginning of a line, which the file has */
  constructor(written?: Buffer) {
    if (written === undefined) return;
    written.copy(this.room(written.length));
    this.#length = written.length;
    this.#written = written.length;
  }

  get length(): number {
    return this.#length;
  }

  /** So much of it is in the file: the beginning of a line that goes on. */
  get written(): number {
    return this.#written;
  }

  add(text: string): void {
    // Three bytes are the most that one unit of a string takes.
    this.room(text.length * 3);
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** Where so many bytes may be put behind `length`, as far as `ends` says then. */
  room(bytes: number): Buffer {
    if (this.#length + bytes > this.#buffer.length) this.#grow(this.#length + bytes);
    return this.#buffer;
  }

  ends(length: number): void {
    this.#length = length;
  }

  /** What was added, and room behind it; valid until the next change. */
  get whole(): Buffer {
    return this.#buffer;
  }

  /** What was added from there on; valid until the next change. */
  from(start: number): Buffer {
    return this.#buffer.subarray(start, this.#length);
  }

  /** Takes back what was added from there on. */
  cut(length: number): void {
    this.#length = length;
  }

  /** All of it is in the file now, and what stands before `start` is not needed any more. */
  wrote(start: number): void {
    if (start > 0) this.#buffer.copyWithin(0, start, this.#length);
    this.#length -= start;
    this.#written = this.#length;
    if (this.#length === 0 && this.#buffer.length > leastBytes)
      this.#buffer = Buffer.allocUnsafeSlow(leastBytes);
  }

  #grow(most: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(most, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** As many numbers as are divided without their fractions. */
const WORDS = 2 ** 32;
/** Digits of what is put behind a larger one's beginning. */
const LOW_DIGITS = 9;
const LOW = 10 ** LOW_DIGITS;

/** Puts a number of no fraction, and not below zero. Gives where it ends. */
export function putNumber(into: Buffer, start: number, value: number): number {
  if (value < WORDS) return putWord(into, start, value >>> 0);
  const high = Math.floor(value / LOW);
  const from = putNumber(into, start, high);
  putDigits(into, from, from + LOW_DIGITS, value - high * LOW);
  return from + LOW_DIGITS;
}

function putWord(into: Buffer, start: number, word: number): number {
  let end = start + 1;
  for (let most = 10; most <= word; most *= 10) end += 1;
  putDigits(into, start, end, word);
  return end;
}

/** Each `>>> 0` says that it is a word still: dividing one costs a fraction of what dividing another number does. */
function putDigits(into: Buffer, start: number, end: number, word: number): void {
  let rest = word >>> 0;
  for (let at = end - 1; at >= start; at--) {
    const next = (rest / 10) >>> 0;
    into[at] = sign.nothing + (rest - next * 10);
    rest = next;
  }
}
