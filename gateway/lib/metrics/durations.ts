// Durations in fixed buckets: one number each, and whole nanoseconds as their sum.
import type { Family, Sample } from './family.ts';

/** Upper bounds in seconds: from what is remembered to what waits for a server. */
export const durationBounds: readonly number[] = [
  0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5,
];

export class Durations {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds = durationBounds.map((seconds) => Math.round(seconds * 1e9));
  readonly #counts = new Float64Array(durationBounds.length + 1);
  #sum = 0;

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  observe(nanoseconds: number): void {
    let at = 0;
    while (at < this.#bounds.length && nanoseconds > (this.#bounds[at] ?? 0)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += nanoseconds;
  }

  /** Each bucket counts what is in those below it too. */
  family(): Family {
    const samples: Sample[] = [];
    let count = 0;
    for (const [at, inBucket] of this.#counts.entries()) {
      count += inBucket;
      const bound = durationBounds[at];
      samples.push({
        suffix: '_bucket',
        labels: { le: bound === undefined ? '+Inf' : String(bound) },
        value: count,
      });
    }
    samples.push({ suffix: '_sum', labels: {}, value: this.#sum / 1e9 });
    samples.push({ suffix: '_count', labels: {}, value: count });
    return { name: this.#name, help: this.#help, type: 'histogram', samples };
  }
}
