// Counts an answer into the budgets of its statement as it passes: each row is paid for before the client is sent it.
import { type Clock, Fault } from '../../lib/index.ts';
import type { AnswerMeter } from '../../session/index.ts';
import { ADVANCE_MS, type Purse } from './spending.ts';
import type { MeteredShare } from './spendings.ts';

/** So many rows, or bytes, are paid for at once: to count each by itself would cost more than to send it. */
const ADVANCE_ROWS = 64;
const ADVANCE_BYTES = 64 * 1024;

/** What is paid for of a share, and not used yet. */
type Paid = { readonly share: MeteredShare; amount: number; at: number };

export class BudgetMeter implements AnswerMeter {
  readonly #purse: Purse;
  readonly #clock: Clock;
  readonly #paid: readonly Paid[];

  constructor(purse: Purse, shares: readonly MeteredShare[], clock: Clock) {
    this.#purse = purse;
    this.#clock = clock;
    this.#paid = shares.map((share) => ({ share, amount: 0, at: 0 }));
  }

  began(): void {
    this.#purse.began();
  }

  passed(rows: number, bytes: number): Fault | undefined {
    const now = this.#clock.now();
    let refusal: Fault | undefined;
    for (let index = 0; index < this.#paid.length && refusal === undefined; index++) {
      const { of, perRow } = (this.#paid[index] as Paid).share;
      if (of === 'affected_rows') continue;
      const isBytes = of === 'bytes';
      const amount = isBytes ? bytes : rows * perRow;
      refusal = this.#pay(index, amount, isBytes ? ADVANCE_BYTES : ADVANCE_ROWS * perRow, now);
    }
    return refusal;
  }

  affected(rows: number): Fault | undefined {
    const now = this.#clock.now();
    let refusal: Fault | undefined;
    for (let index = 0; index < this.#paid.length && refusal === undefined; index++) {
      if (this.#paid[index]?.share.of === 'affected_rows') refusal = this.#pay(index, rows, rows, now);
    }
    return refusal;
  }

  ended(): void {
    for (let index = 0; index < this.#paid.length; index++) this.#giveBack(index);
    this.#purse.ended();
  }

  #pay(index: number, amount: number, upTo: number, now: number): Fault | undefined {
    const paid = this.#paid[index] as Paid;
    if (paid.amount < amount || now - paid.at > ADVANCE_MS) {
      this.#giveBack(index);
      const taken = this.#purse.take(index, amount, upTo);
      if (taken instanceof Fault) return taken;
      paid.amount = taken;
      paid.at = now;
    }
    paid.amount -= amount;
    return undefined;
  }

  #giveBack(index: number): void {
    const paid = this.#paid[index] as Paid;
    if (paid.amount > 0) this.#purse.giveBack(index, paid.amount);
    paid.amount = 0;
  }
}
