// How long one call takes: many of them, and where most and the slowest lie.

export class Samples {
  readonly #microseconds: number[] = [];

  /** Each call on its own. */
  takeSingly(count: number, call: () => void): void {
    for (let at = 0; at < count; at++) {
      const began = performance.now();
      call();
      this.#microseconds.push((performance.now() - began) * 1_000);
    }
  }

  /** The clock costs as much as a short call: so many of them count as one sample. */
  takeTogether(count: number, together: number, call: () => void): void {
    for (let at = 0; at < count; at++) {
      const began = performance.now();
      for (let each = 0; each < together; each++) call();
      this.#microseconds.push(((performance.now() - began) * 1_000) / together);
    }
  }

  async takeAwaited(count: number, call: () => Promise<unknown>): Promise<void> {
    for (let at = 0; at < count; at++) {
      const began = performance.now();
      await call();
      this.#microseconds.push((performance.now() - began) * 1_000);
    }
  }

  /** In microseconds; `share` is 0.5 for the median. */
  quantile(share: number): number {
    const sorted = this.#microseconds.toSorted((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  }
}
