// Lines on their way to a file, as bytes: what is hashed is what is written, and no text of it is put together first.

/** Of JSON, in bytes. */
export const sign = { comma: 0x2c, quote: 0x22, opening: 0x5b, closing: 0x5d } as const;

const leastBytes = 64 * 1024;
const zero = 0x30;

export class Lines {
  #buffer = Buffer.allocUnsafeSlow(leastBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    // Three bytes are the most that one unit of a string takes.
    this.#expect(text.length * 3);
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** A short one of ASCII alone. */
  ascii(text: string): void {
    const { length } = text;
    this.#expect(length);
    const buffer = this.#buffer;
    const at = this.#length;
    for (let index = 0; index < length; index++) buffer[at + index] = text.charCodeAt(index);
    this.#length = at + length;
  }

  byte(byte: number): void {
    this.#expect(1);
    this.#buffer[this.#length++] = byte;
  }

  /** Of a buffer that holds ASCII. */
  bytes(from: Buffer, start: number, end: number): void {
    this.#expect(end - start);
    const buffer = this.#buffer;
    let at = this.#length;
    for (let index = start; index < end; index++) buffer[at++] = from[index] as number;
    this.#length = at;
  }

  /** Of no fraction, and not below zero. */
  number(value: number): void {
    this.#expect(16);
    const buffer = this.#buffer;
    let digits = 1;
    for (let most = 10; most <= value; most *= 10) digits += 1;
    let at = this.#length + digits;
    this.#length = at;
    let rest = value;
    if (rest > 0x7fffffff) {
      for (; digits > 0; digits--) {
        const next = Math.floor(rest / 10);
        buffer[--at] = zero + (rest - next * 10);
        rest = next;
      }
      return;
    }
    for (; digits > 0; digits--) {
      const next = (rest / 10) | 0;
      buffer[--at] = zero + (rest - next * 10);
      rest = next;
    }
  }

  /** What was added, and room behind it; valid until the next change. */
  get whole(): Uint8Array {
    return this.#buffer;
  }

  /** What was added from there on; valid until the next change. */
  from(start: number): Buffer {
    return this.#buffer.subarray(start, this.#length);
  }

  /** Takes back what was added from there on. */
  cut(length: number): void {
    this.#length = length;
    if (length === 0 && this.#buffer.length > leastBytes) this.#buffer = Buffer.allocUnsafeSlow(leastBytes);
  }

  #expect(bytes: number): void {
    if (this.#length + bytes > this.#buffer.length) this.#grow(this.#length + bytes);
  }

  #grow(most: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(most, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
