// Keeps the counts of budgets: how much of what each principal had on each resource within a time.
import { randomBytes } from 'node:crypto';
import { type Clock, Fault } from '../../lib/index.ts';
import { Account, roomFor } from './account.ts';
import { spent } from './budget-words.ts';
import { add, giveBack, LEASE_PART, type Lease, leaseEnd, leasesOf, roomOf } from './spend-of-account.ts';
import { ADVANCE_MS, type Budgets, type Purse, type Share, type Spending } from './spending.ts';
import { valueHash } from './value-hash.ts';

/** More who have a budget at a time are refused: a count that was forgotten would be a budget without end. */
const ACCOUNTS_MAX = 100_000;
/** Of probes each value is kept; so many take about 400 MB. */
const VALUES_MAX = 2_000_000;
const SWEEP_AT_LEAST = 1_024;
/** A full table is looked through for what is over no more often. */
const SWEEP_MS = 1_000;
export class LocalBudgets implements Budgets {
  /** A purse takes from the counts themselves. */
  readonly epoch = undefined;
  /** Other processes whose counts are these hash with it. */
  readonly key = randomBytes(32);
  readonly hash = valueHash(this.key);
  readonly #clock: Clock;
  readonly #accountsMax: number;
  readonly #accounts = new Map<string, Account>();
  #sweepAt = SWEEP_AT_LEAST;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #valuesAdded = 0;

  constructor(clock: Clock, accountsMax = ACCOUNTS_MAX) {
    this.#clock = clock;
    this.#accountsMax = accountsMax;
  }

  spend(account: string, spendings: readonly Spending[]): Fault | undefined {
    const now = this.#clock.now();
    return this.#take(account, spendings, now, () => now);
  }

  open(account: string, shares: readonly Share[]): Purse | Fault {
    const now = this.#clock.now();
    const counts = this.of(account, now);
    if (counts === undefined) return new Fault('budget_not_counted');
    for (const share of shares) {
      const { atOnce } = share;
      if (counts.left(share, now) < atOnce) return spent(share, atOnce, roomFor(counts, share, atOnce, now));
    }
    return new LocalPurse(this, this.#clock, account, shares);
  }

  /** The account's counts; undefined where there is no room for another account. */
  of(account: string, now: number): Account | undefined {
    return this.#accounts.get(account) ?? this.#open(account, now);
  }

  /** `at`: when what a spending allows has happened at the latest. */
  #take(
    account: string,
    spendings: readonly Spending[],
    now: number,
    at: (spending: Spending) => number,
  ): Fault | undefined {
    const counts = this.of(account, now);
    if (counts === undefined) return new Fault('budget_not_counted');
    const added = roomOf(counts, spendings, now);
    if (added instanceof Fault) return added;
    this.#valuesAdded += added;
    if (this.#valuesAdded > VALUES_MAX && !this.#recountValues(now)) return new Fault('budget_not_counted');
    add(counts, spendings, at);
    return undefined;
  }

  /** Spends for another process, and counts some more for later where `ahead`. Throws why there is no room. */
  lease(account: string, spendings: readonly Spending[], ahead: boolean): readonly Lease[] {
    const now = this.#clock.now();
    const refusal = this.#take(account, spendings, now, (each) => leaseEnd(each, now));
    if (refusal !== undefined) throw refusal;
    const counts = this.#accounts.get(account);
    return ahead && counts !== undefined ? leasesOf(counts, spendings, now) : [];
  }

  /** What is unused of leases. */
  giveBack(account: string, leases: readonly Lease[]): void {
    const counts = this.#accounts.get(account);
    if (counts !== undefined) giveBack(counts, leases);
  }

  #open(account: string, now: number): Account | undefined {
    if (this.#accounts.size >= this.#sweepAt && now - this.#sweptAt >= SWEEP_MS) this.#sweep(now);
    if (this.#accounts.size >= this.#accountsMax) return undefined;
    const counts = new Account();
    this.#accounts.set(account, counts);
    return counts;
  }

  #sweep(now: number): void {
    for (const [account, counts] of this.#accounts) if (counts.isEmpty(now)) this.#accounts.delete(account);
    this.#sweptAt = now;
    this.#sweepAt = Math.min(this.#accountsMax, Math.max(SWEEP_AT_LEAST, 2 * this.#accounts.size));
  }

  /** What was added may be over by now. True where there is room for more values. */
  #recountValues(now: number): boolean {
    let values = 0;
    for (const counts of this.#accounts.values()) values += counts.valuesKept(now);
    this.#valuesAdded = values;
    return values <= VALUES_MAX;
  }
}

/** An advance is counted as if all of it were used in its last moment. */
class LocalPurse implements Purse {
  readonly #budgets: LocalBudgets;
  readonly #clock: Clock;
  readonly #account: string;
  readonly #shares: readonly Share[];
  readonly #dropAt: number[];

  constructor(budgets: LocalBudgets, clock: Clock, account: string, shares: readonly Share[]) {
    this.#budgets = budgets;
    this.#clock = clock;
    this.#account = account;
    this.#shares = shares;
    this.#dropAt = shares.map(() => 0);
  }

  began(): void {
    // It has nothing that could be kept for it.
  }

  take(index: number, atLeast: number, upTo: number): number | Fault {
    const share = this.#shares[index] as Share;
    const now = this.#clock.now();
    const counts = this.#budgets.of(this.#account, now);
    if (counts === undefined) return new Fault('budget_not_counted');
    const left = counts.left(share, now);
    if (left < atLeast) return spent(share, atLeast, roomFor(counts, share, atLeast, now));
    const amount = Math.max(atLeast, Math.min(upTo, Math.floor(left / LEASE_PART)));
    this.#dropAt[index] = counts.amount(share).count.add(amount, now + ADVANCE_MS);
    return amount;
  }

  giveBack(index: number, amount: number): void {
    const counts = this.#budgets.of(this.#account, this.#clock.now());
    counts?.amount(this.#shares[index] as Share).count.giveBack(amount, this.#dropAt[index] ?? 0);
  }

  ended(): void {
    // What is left was given back.
  }
}
