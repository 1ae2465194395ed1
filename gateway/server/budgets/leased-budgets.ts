// The budgets as a worker process spends them: from portions that the process with the counts has handed out.
import { type Clock, Fault } from '../../lib/index.ts';
import type { Later } from '../guard/facts-of-statement.ts';
import { Pools, type ReserveLender } from './pools.ts';
import type { Lease } from './spend-of-account.ts';
import type { Budgets, Purse, Share, Spending } from './spending.ts';
import { valueHash } from './value-hash.ts';

/** The process that keeps the counts. */
export interface Lender extends ReserveLender {
  /** Spends; with `ahead` its leases come before it resolves. Rejects with why there is no room. */
  spend(account: string, spendings: readonly Spending[], ahead: boolean): Promise<void>;
  giveBack(account: string, leases: readonly Lease[]): void;
}

/** A lease, and what is left of it. */
type Held = { readonly lease: Lease; left: number };

/**
 * A principal that sends much finds its statements counted already; only the first of every second, or of a portion,
 * waits for the other process.
 */
export class LeasedBudgets implements Budgets {
  readonly #lender: Lender;
  readonly #clock: Clock;
  readonly #pools: Pools;
  readonly #held = new Map<string, Held[]>();
  /** Accounts that wait for a lease: one is enough. */
  readonly #asked = new Set<string>();
  #closed = false;

  /** Undefined until it is known. */
  #hash: ((text: string) => string) | undefined;

  constructor(lender: Lender, clock: Clock) {
    this.#lender = lender;
    this.#clock = clock;
    this.#pools = new Pools(lender, clock);
  }

  /** Of the process that keeps the counts. */
  useKey(key: Buffer): void {
    this.#hash = valueHash(key);
  }

  readonly hash = (text: string): string => {
    if (this.#hash === undefined) throw new Fault('budget_not_counted');
    return this.#hash(text);
  };

  get epoch(): unknown {
    return this.#pools.epoch;
  }

  open(account: string, shares: readonly Share[]): Later<Purse | Fault> {
    return this.#pools.open(account, shares);
  }

  spend(account: string, spendings: readonly Spending[]): Later<Fault | undefined> {
    const held = this.#held.get(account);
    const now = this.#clock.now();
    if (held === undefined || !spendings.every((each) => covering(held, each, now) !== undefined))
      return this.#spendElsewhere(account, spendings);
    for (const each of spendings) {
      const lease = covering(held, each, now);
      if (lease !== undefined) lease.left -= each.amount;
    }
    return undefined;
  }

  /** What was handed out for answers may not be used any more. */
  lose(): void {
    this.#pools.lose();
  }

  /** What is unused goes back at once. */
  close(): void {
    this.#closed = true;
    for (const [account, held] of [...this.#held]) this.#return(account, held);
    this.#pools.close();
  }

  /** What the lender hands out; what is left of it goes back once it is over. */
  leased(account: string, leases: readonly Lease[]): void {
    if (leases.length === 0) return;
    if (this.#closed) {
      this.#lender.giveBack(account, leases);
      return;
    }
    const more = leases.map((lease) => ({ lease, left: lease.amount }));
    const held = this.#held.get(account);
    if (held === undefined) this.#held.set(account, [...more]);
    else held.push(...more);
    const longest = Math.max(...leases.map(({ until }) => until)) - this.#clock.now();
    setTimeout(() => this.#return(account, more), Math.max(0, longest)).unref();
  }

  async #spendElsewhere(account: string, spendings: readonly Spending[]): Promise<Fault | undefined> {
    const ahead = !this.#asked.has(account);
    if (ahead) this.#asked.add(account);
    try {
      await this.#lender.spend(account, spendings, ahead);
      return undefined;
    } catch (thrown) {
      return thrown instanceof Fault ? thrown : new Fault('budget_not_counted', {}, thrown);
    } finally {
      if (ahead) this.#asked.delete(account);
    }
  }

  #return(account: string, over: readonly Held[]): void {
    const others = this.#held.get(account)?.filter((each) => !over.includes(each)) ?? [];
    if (others.length === 0) this.#held.delete(account);
    else this.#held.set(account, others);
    const unused = over.filter(({ left }) => left > 0).map(({ lease, left }) => ({ ...lease, amount: left }));
    if (unused.length > 0) this.#lender.giveBack(account, unused);
  }
}

/** A portion of the very budget: one of a larger budget would let more run than a smaller one allows. */
function covering(held: readonly Held[], spending: Spending, now: number): Held | undefined {
  const { of, seconds, most, amount } = spending;
  if (of !== 'statements') return undefined;
  return held.find(
    ({ lease, left }) =>
      lease.seconds === seconds && lease.most === most && left >= amount && now < lease.until,
  );
}
