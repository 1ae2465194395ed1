// Counts what happened within a time that slides, in few numbers: never too little, and a little too long.

/** A count drops what is too old in so many steps. */
const STEPS = 64;

/** What is counted until one moment. */
export type Portion = { readonly dropAt: number; amount: number };

export class WindowCount {
  readonly #window: number;
  readonly #step: number;
  /** The oldest first; as many as there are steps, and those that future uses add. */
  readonly #portions: Portion[];
  #total = 0;

  /** `portions`: as another one of the same time had them. */
  constructor(milliseconds: number, portions: readonly Readonly<Portion>[] = []) {
    this.#window = milliseconds;
    this.#step = milliseconds / STEPS;
    this.#portions = portions.map((portion) => ({ ...portion }));
    for (const { amount } of portions) this.#total += amount;
  }

  get portions(): readonly Readonly<Portion>[] {
    return this.#portions;
  }

  /** How many there were within the time before `now`. */
  total(now: number): number {
    let oldest = this.#portions[0];
    while (oldest !== undefined && oldest.dropAt <= now) {
      this.#total -= oldest.amount;
      this.#portions.shift();
      oldest = this.#portions[0];
    }
    return this.#total;
  }

  /** `at`: when they happen at the latest. Gives the moment until which they are counted. */
  add(amount: number, at: number): number {
    const dropAt = Math.ceil((at + this.#window) / this.#step) * this.#step;
    this.#total += amount;
    const last = this.#portions.at(-1);
    // A clock that was set back must not free anything early.
    if (last !== undefined && last.dropAt >= dropAt) {
      last.amount += amount;
      return last.dropAt;
    }
    this.#portions.push({ dropAt, amount });
    return dropAt;
  }

  /** What was added and didn't happen; `dropAt` as `add` gave it. */
  giveBack(amount: number, dropAt: number): void {
    const portion = this.#portions.find((each) => each.dropAt === dropAt);
    if (portion === undefined) return;
    const returned = Math.min(amount, portion.amount);
    portion.amount -= returned;
    this.#total -= returned;
  }

  /** When no more than `most` of those that are counted now are left. */
  fallsTo(most: number): number {
    let left = this.#total;
    for (const { dropAt, amount } of this.#portions) {
      left -= amount;
      if (left <= most) return dropAt;
    }
    return 0;
  }
}
