// That something was written to the journal, told from the process's main thread to the one that ships: a number that
// grows, in memory that both see.

/** Of the main thread. */
export class Writes {
  readonly #count: Int32Array;
  readonly #isUrgent: boolean;

  /** `isUrgent`: somebody waits for the sink; otherwise the other thread looks now and then, and isn't woken. */
  constructor(memory: SharedArrayBuffer, isUrgent: boolean) {
    this.#count = new Int32Array(memory);
    this.#isUrgent = isUrgent;
  }

  happened(): void {
    Atomics.add(this.#count, 0, 1);
    if (this.#isUrgent) Atomics.notify(this.#count, 0);
  }
}

/** For one reader in the other thread. */
export class News {
  readonly #count: Int32Array;
  readonly #isUrgent: boolean;
  readonly #lookMs: number;
  #seen = -1;
  #ended = false;
  #looking: NodeJS.Timeout | undefined;
  #come: (() => void) | undefined;

  /** `isUrgent`: it is woken by a write; otherwise it looks now and then. */
  constructor(memory: SharedArrayBuffer, isUrgent: boolean, lookMs: number) {
    this.#count = new Int32Array(memory);
    this.#isUrgent = isUrgent;
    this.#lookMs = lookMs;
  }

  /** Whether `next` would resolve at once. */
  get isThere(): boolean {
    return Atomics.load(this.#count, 0) !== this.#seen;
  }

  /** Resolves once something was written since the last time that it resolved: whoever reads then misses nothing. */
  async next(): Promise<void> {
    while (!this.#ended) {
      const now = Atomics.load(this.#count, 0);
      if (now !== this.#seen) {
        this.#seen = now;
        return;
      }
      await this.#changed(now);
    }
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#looking);
    this.#come?.();
  }

  async #changed(now: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#come = resolve;
    this.#looking = setTimeout(resolve, this.#lookMs);
    if (this.#isUrgent) {
      // The timer keeps the thread awake for it.
      const waiting = Atomics.waitAsync(this.#count, 0, now, this.#lookMs);
      if (waiting.async) void waiting.value.then(() => resolve());
      else resolve();
    }
    await promise;
    clearTimeout(this.#looking);
  }
}
