// Which of thousands of values stand anywhere in a file, whatever kind of file it is, in one pass over its bytes.

/** Values shorter than this are too few letters to look for. */
const LEAST = 4;

export class ValueFinder {
  /** Whether some value begins with three bytes of this hash. */
  readonly #beginnings = new Uint8Array(1 << 16);
  /** By their first bytes. */
  readonly #values = new Map<string, Buffer[]>();

  constructor(values: readonly string[]) {
    for (const value of values) {
      const bytes = Buffer.from(value);
      if (bytes.length < LEAST) throw new Error('a value is too short to be looked for');
      this.#beginnings[hashAt(bytes, 0)] = 1;
      const key = keyAt(bytes, 0);
      this.#values.set(key, [...(this.#values.get(key) ?? []), bytes]);
    }
  }

  /** Each once. */
  find(bytes: Buffer): readonly string[] {
    const found = new Set<string>();
    for (let at = 0; at + LEAST <= bytes.length; at++) {
      if (this.#beginnings[hashAt(bytes, at)] === 0) continue;
      for (const value of this.#values.get(keyAt(bytes, at)) ?? [])
        if (bytes.compare(value, 0, value.length, at, Math.min(bytes.length, at + value.length)) === 0)
          found.add(value.toString());
    }
    return [...found];
  }
}

const hashAt = (bytes: Buffer, at: number): number =>
  ((bytes[at] as number) ^ ((bytes[at + 1] as number) << 4) ^ ((bytes[at + 2] as number) << 8)) & 0xffff;

const keyAt = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + LEAST);
