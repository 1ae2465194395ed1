// Counts by a label whose values are all known beforehand: nothing is made while something is counted.
import { counter, type Family } from './family.ts';

/**
 * @example
 * const logins = new Counts('logins_total', 'Logins.', 'outcome', ['accepted', 'refused']);
 * logins.add('accepted');
 */
export class Counts<Value extends string> {
  readonly #name: string;
  readonly #help: string;
  readonly #label: string;
  readonly #counts: Map<Value, { count: number }>;

  constructor(name: string, help: string, label: string, values: readonly Value[]) {
    this.#name = name;
    this.#help = help;
    this.#label = label;
    this.#counts = new Map(values.map((value) => [value, { count: 0 }]));
  }

  add(value: Value): void {
    const counted = this.#counts.get(value);
    if (counted !== undefined) counted.count += 1;
  }

  /** Also those that never happened: then it can be seen that they are counted. */
  family(): Family {
    const samples = Array.from(this.#counts, ([value, { count }]) => ({
      labels: { [this.#label]: value },
      value: count,
    }));
    return counter(this.#name, this.#help, samples);
  }
}
