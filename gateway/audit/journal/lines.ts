// Lines on their way to a file, as bytes: what is hashed is what is written, and no text of it is put together first.

const leastBytes = 64 * 1024;

export class Lines {
  #buffer = Buffer.allocUnsafeSlow(leastBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    // Three bytes are the most that one unit of a string takes.
    const most = this.#length + text.length * 3;
    if (most > this.#buffer.length) this.#grow(most);
    this.#length += this.#buffer.write(text, this.#length);
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

  #grow(most: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(most, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
