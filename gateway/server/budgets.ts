// Keeps the budgets of decisions: how many statements each principal had run on each resource within a time.
import { type Clock, Fault } from '../lib/index.ts';
import type { Later } from './facts-of-statement.ts';
import { WindowCount } from './window-count.ts';

/** What a text takes from one budget. */
export type Spending = Readonly<{
  seconds: number;
  most: number;
  amount: number;
  /** Of the decision that has the budget. */
  rule: string;
}>;

/** For the whole gateway: with several workers one process keeps the counts, and hands out portions of the budgets. */
export interface Budgets {
  /** Counts all or nothing. `account`: whose budgets they are. Gives why the statement must not run, if so. */
  spend(account: string, spendings: readonly Spending[]): Later<Fault | undefined>;
}

/** A part of a budget that is counted already, and may be used until a moment by who has it. */
export type Lease = Readonly<{
  seconds: number;
  most: number;
  amount: number;
  until: number;
  /** How the count knows it. */
  dropAt: number;
}>;

/** The budgets of one account, by the seconds of their time. */
type Counts = Map<number, WindowCount>;

/** More who have a budget at a time are refused: a count that was forgotten would be a budget without end. */
const ACCOUNTS_MAX = 100_000;
const SWEEP_AT_LEAST = 1_024;
/** A full table is looked through for what is over no more often. */
const SWEEP_MS = 1_000;
/** What is leased and unused is nobody's for so long. */
const LEASE_MS = 1_000;
/** Of what is left a lease has a part, so that there is some for the others. */
const LEASE_PART = 16;

export class LocalBudgets implements Budgets {
  readonly #clock: Clock;
  readonly #accountsMax: number;
  readonly #accounts = new Map<string, Counts>();
  #sweepAt = SWEEP_AT_LEAST;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, accountsMax = ACCOUNTS_MAX) {
    this.#clock = clock;
    this.#accountsMax = accountsMax;
  }

  spend(account: string, spendings: readonly Spending[]): Fault | undefined {
    const now = this.#clock.now();
    return this.#take(account, spendings, now, () => now);
  }

  /** `at`: when what a spending allows has happened at the latest. */
  #take(
    account: string,
    spendings: readonly Spending[],
    now: number,
    at: (spending: Spending) => number,
  ): Fault | undefined {
    const counts = this.#accounts.get(account) ?? this.#open(account, now);
    if (counts === undefined) return new Fault('budget_not_counted');
    for (const spending of spendings) {
      const count = countIn(counts, spending.seconds);
      if (count.total(now) + spending.amount > spending.most) return spent(spending, count, now);
    }
    for (const each of spendings) countIn(counts, each.seconds).add(each.amount, at(each));
    return undefined;
  }

  /** Spends for another process, and counts some more for later where `ahead`. Throws why there is no room. */
  lease(account: string, spendings: readonly Spending[], ahead: boolean): readonly Lease[] {
    const now = this.#clock.now();
    const end = ({ seconds }: Pick<Spending, 'seconds'>) =>
      now + Math.min(LEASE_MS, (seconds * 1000) / LEASE_PART);
    const refusal = this.#take(account, spendings, now, end);
    if (refusal !== undefined) throw refusal;
    const counts = this.#accounts.get(account);
    if (!ahead || counts === undefined) return [];
    return spendings.flatMap(({ seconds, most }) => {
      const count = countIn(counts, seconds);
      const amount = Math.floor((most - count.total(now)) / LEASE_PART);
      if (amount <= 0) return [];
      const until = end({ seconds });
      return [{ seconds, most, amount, until, dropAt: count.add(amount, until) }];
    });
  }

  /** What is unused of leases. */
  giveBack(account: string, leases: readonly Lease[]): void {
    const counts = this.#accounts.get(account);
    for (const { seconds, amount, dropAt } of leases) counts?.get(seconds)?.giveBack(amount, dropAt);
  }

  #open(account: string, now: number): Counts | undefined {
    if (this.#accounts.size >= this.#sweepAt && now - this.#sweptAt >= SWEEP_MS) this.#sweep(now);
    if (this.#accounts.size >= this.#accountsMax) return undefined;
    const counts: Counts = new Map();
    this.#accounts.set(account, counts);
    return counts;
  }

  #sweep(now: number): void {
    for (const [account, counts] of this.#accounts) {
      if ([...counts.values()].every((count) => count.total(now) === 0)) this.#accounts.delete(account);
    }
    this.#sweptAt = now;
    this.#sweepAt = Math.min(this.#accountsMax, Math.max(SWEEP_AT_LEAST, 2 * this.#accounts.size));
  }
}

function countIn(counts: Counts, seconds: number): WindowCount {
  const known = counts.get(seconds);
  if (known !== undefined) return known;
  const count = new WindowCount(seconds * 1000);
  counts.set(seconds, count);
  return count;
}

function spent({ seconds, most, amount, rule }: Spending, count: WindowCount, now: number): Fault {
  const budget = `${statements(most)} ${timeOf(seconds)}`;
  const wait = Math.max(1, Math.ceil((count.fallsTo(most - amount) - now) / 1000));
  const room =
    amount > most
      ? `it never has room for ${statements(amount)} at once`
      : `there is room again in ${wait} second${wait === 1 ? '' : 's'}`;
  return new Fault('budget_spent', { rule, budget, room });
}

const statements = (count: number): string => `${count} statement${count === 1 ? '' : 's'}`;

const named: ReadonlyMap<number, string> = new Map([
  [1, 'a second'],
  [60, 'a minute'],
  [3_600, 'an hour'],
  [86_400, 'a day'],
]);

const timeOf = (seconds: number): string => named.get(seconds) ?? `in ${seconds} seconds`;
