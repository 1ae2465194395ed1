// What stands in the state database and every session asks for: kept in memory, and read again when it has changed.
import type { Log } from '../../lib/index.ts';
import type { Query, State } from '../../state/index.ts';
import type { StateSource } from './state-source.ts';

export type RememberedOptions<T> = Readonly<{
  source: StateSource;
  /** What changes it. */
  topics: readonly string[];
  read: (query: Query) => Promise<T>;
  /** What is known of a gateway that has no state database yet. */
  nothing: T;
  /** After each reading. */
  onRead: () => void;
  log: Log;
}>;

/** After an attempt that failed. */
const AGAIN_MS = 500;

export class Remembered<T> {
  readonly #options: RememberedOptions<T>;
  #current: T;
  #state: State | undefined;
  #stopListening: (() => void)[] = [];
  /** There is a state database, or was one. */
  #needed = false;
  /** Changes that were heard of, and how many of them the last reading has. */
  #heard = 0;
  #readUntil = -1;
  #looking: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RememberedOptions<T>) {
    this.#options = options;
    this.#current = options.nothing;
  }

  get current(): T {
    return this.#current;
  }

  /** It was read at least once, or there is nothing to read. */
  get isKnown(): boolean {
    return !this.#needed || this.#readUntil >= 0;
  }

  /** It is as the state database has it now, as far as anybody can tell. */
  get isCertain(): boolean {
    if (!this.#needed) return true;
    return this.#state?.status.available === true && this.#readUntil === this.#heard;
  }

  /** By the clock of the state database, where there is one. */
  now(): number | undefined {
    return this.#state?.now();
  }

  /** Resolves after the first attempt; tries on by itself where that failed. */
  async start(): Promise<void> {
    const { source } = this.#options;
    source.onNeeded(() => {
      this.#needed = true;
      void this.#look();
    });
    if (!(await source.isNeeded())) return;
    this.#needed = true;
    await this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    for (const stop of this.#stopListening.splice(0)) stop();
  }

  /** Resolves when whatever stood there before is known here. */
  async refresh(): Promise<void> {
    this.#needed = true;
    this.#heard += 1;
    await this.#look();
  }

  /** Readings that come together are one, which goes on until nothing newer was heard of. */
  #look(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #read(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const state = await this.#opened();
      while (this.#readUntil < this.#heard && !this.#closed) {
        const heard = this.#heard;
        this.#current = await this.#options.read(state.query);
        this.#readUntil = heard;
        this.#options.onRead();
      }
    } catch (error) {
      this.#options.log.debug({ err: error }, 'state not read');
      if (!this.#closed) this.#again = setTimeout(() => void this.#look(), AGAIN_MS);
    }
  }

  async #opened(): Promise<State> {
    if (this.#state !== undefined) return this.#state;
    const { source, topics } = this.#options;
    const state = await source.open();
    this.#state = state;
    const changed = (): void => {
      this.#heard += 1;
      void this.#look();
    };
    // One that is said to be away is looked at again as soon as it is back: then everything may have changed.
    this.#stopListening = topics.map((topic) => state.listen(topic, changed));
    return state;
  }
}
