// What is remembered of all contexts together, within a number of entries and bytes.
import type { Clock } from '../../lib/index.ts';
import { type Entry, RecencyList } from './recency-list.ts';

export type MemoryLimits = Readonly<{ entries: number; bytes: number }>;

/** How long an answer that doesn't last is given again. */
export const briefMilliseconds = 1_000;

/** What an entry takes beside its key and its facts. */
const entryBytes = 250;

/**
 * Entries are on trial until they are used a second time, and those on trial have a quarter of the room: texts that
 * come once, as most do, push out none that come again and again.
 */
export class Memory<Facts> {
  readonly #limits: MemoryLimits;
  readonly #clock: Clock;
  #onTrial = new RecencyList<Facts>();
  #proven = new RecencyList<Facts>();

  constructor(limits: MemoryLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get entries(): number {
    return this.#onTrial.count + this.#proven.count;
  }

  get bytes(): number {
    return this.#onTrial.bytes + this.#proven.bytes;
  }

  find(map: Map<string, Entry<Facts>>, key: string): Entry<Facts> | undefined {
    const entry = map.get(key);
    if (entry === undefined) return undefined;
    if (entry.briefSince !== undefined) {
      if (this.#isFresh(entry.briefSince)) return entry;
      this.#forget(entry);
      return undefined;
    }
    if (entry.list === this.#proven) this.#proven.use(entry);
    else {
      this.#onTrial.remove(entry);
      this.#proven.add(entry);
      this.#shrink(this.#proven, 0.75);
    }
    return entry;
  }

  remember(
    map: Map<string, Entry<Facts>>,
    key: string,
    facts: Facts,
    factsBytes: number,
    lasts: boolean,
  ): void {
    const former = map.get(key);
    if (former !== undefined) this.#forget(former);
    const bytes = entryBytes + 2 * key.length + factsBytes;
    const briefSince = lasts ? undefined : this.#clock.now();
    const list = undefined;
    const entry: Entry<Facts> = {
      key,
      map,
      facts,
      factsBytes,
      bytes,
      briefSince,
      list,
      older: undefined,
      newer: undefined,
    };
    map.set(key, entry);
    this.#onTrial.add(entry);
    this.#shrink(this.#onTrial, 0.25);
  }

  /** The maps themselves are the caller's to empty. */
  clear(): void {
    this.#onTrial = new RecencyList();
    this.#proven = new RecencyList();
  }

  forgetAll(map: Map<string, Entry<Facts>>): void {
    for (const entry of map.values()) entry.list?.remove(entry);
    map.clear();
  }

  /** A clock that was set back ends the time as well. */
  #isFresh(since: number): boolean {
    const age = this.#clock.now() - since;
    return age >= 0 && age < briefMilliseconds;
  }

  #forget(entry: Entry<Facts>): void {
    entry.list?.remove(entry);
    entry.map.delete(entry.key);
  }

  #shrink(list: RecencyList<Facts>, share: number): void {
    const { entries, bytes } = this.#limits;
    while (list.oldest !== undefined && (list.count > entries * share || list.bytes > bytes * share))
      this.#forget(list.oldest);
  }
}
