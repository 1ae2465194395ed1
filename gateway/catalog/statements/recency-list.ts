// Entries in the order of their last use, with what they take: adding, using and taking out cost a few assignments.

/** One remembered answer, in the map that finds it and in the list that forgets it. */
export type Entry<Facts> = {
  readonly key: string;
  readonly map: Map<string, Entry<Facts>>;
  readonly facts: Facts;
  /** Of the facts alone. */
  readonly factsBytes: number;
  /** All that the entry takes. */
  readonly bytes: number;
  /** When it was read, for one that is remembered only briefly. */
  readonly briefSince: number | undefined;
  list: RecencyList<Facts> | undefined;
  older: Entry<Facts> | undefined;
  newer: Entry<Facts> | undefined;
};

export class RecencyList<Facts> {
  count = 0;
  bytes = 0;
  #newest: Entry<Facts> | undefined;
  #oldest: Entry<Facts> | undefined;

  get oldest(): Entry<Facts> | undefined {
    return this.#oldest;
  }

  add(entry: Entry<Facts>): void {
    entry.list = this;
    this.count++;
    this.bytes += entry.bytes;
    this.#link(entry);
  }

  use(entry: Entry<Facts>): void {
    if (entry === this.#newest) return;
    this.#unlink(entry);
    this.#link(entry);
  }

  remove(entry: Entry<Facts>): void {
    this.#unlink(entry);
    entry.list = undefined;
    this.count--;
    this.bytes -= entry.bytes;
  }

  #link(entry: Entry<Facts>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry<Facts>): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}
