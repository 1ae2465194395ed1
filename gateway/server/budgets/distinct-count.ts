// Counts different values within a time that slides: one that comes again is counted once, from when it came last.

export class DistinctCount {
  readonly #window: number;
  /** Until when each is counted; the one that came longest ago first. */
  readonly #values: Map<string, number>;
  #latest = 0;

  /** `values`: as another one of the same time had them. */
  constructor(milliseconds: number, values: readonly (readonly [value: string, dropAt: number])[] = []) {
    this.#window = milliseconds;
    this.#values = new Map(values);
    this.#latest = values.at(-1)?.[1] ?? 0;
  }

  get values(): readonly (readonly [value: string, dropAt: number])[] {
    return [...this.#values];
  }

  /** How many different ones there were within the time before `now`. */
  total(now: number): number {
    for (const [value, dropAt] of this.#values) {
      if (dropAt > now) break;
      this.#values.delete(value);
    }
    return this.#values.size;
  }

  /** How many of them would be counted beside those that are; call `total` before. */
  more(values: readonly string[]): number {
    const added = new Set<string>();
    for (const value of values) if (!this.#values.has(value)) added.add(value);
    return added.size;
  }

  /** `at`: when they come at the latest. */
  add(values: readonly string[], at: number): void {
    // A clock that was set back must not free anything early.
    this.#latest = Math.max(this.#latest, at + this.#window);
    for (const value of values) {
      this.#values.delete(value);
      this.#values.set(value, this.#latest);
    }
  }

  /** When no more than `most` of those that are counted now are left. */
  fallsTo(most: number): number {
    let left = this.#values.size;
    for (const dropAt of this.#values.values()) {
      left -= 1;
      if (left <= most) return dropAt;
    }
    return 0;
  }
}
