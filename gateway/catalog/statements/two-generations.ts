// A map within a number of bytes, for one look-up a use: what nobody asks for while half of it fills up is forgotten.

type Entry<Value> = Readonly<{ value: Value; bytes: number }>;

/** What an entry takes beside what it holds. */
const entryBytes = 200;

export class TwoGenerations<Value> {
  readonly #bytesEach: number;
  #young = new Map<string, Entry<Value>>();
  #youngBytes = 0;
  #old = new Map<string, Entry<Value>>();
  #oldBytes = 0;

  constructor(bytes: number) {
    this.#bytesEach = bytes / 2;
  }

  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  get(key: string): Value | undefined {
    const entry = this.#young.get(key);
    if (entry !== undefined) return entry.value;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#add(key, old);
    return old.value;
  }

  /** For a key that isn't there. */
  add(key: string, value: Value, bytes: number): void {
    this.#add(key, { value, bytes: bytes + 2 * key.length + entryBytes });
  }

  #add(key: string, entry: Entry<Value>): void {
    if (entry.bytes > this.#bytesEach) return;
    if (this.#youngBytes + entry.bytes > this.#bytesEach) {
      this.#old = this.#young;
      this.#oldBytes = this.#youngBytes;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(key, entry);
    this.#youngBytes += entry.bytes;
  }
}
