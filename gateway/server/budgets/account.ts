// The counts of one account: of amounts, and of different values.
import { DistinctCount } from './distinct-count.ts';
import { type Allowance, type Counted, countKey } from './spending.ts';
import { WindowCount } from './window-count.ts';

export class Amount {
  readonly count: WindowCount;
  /** What is handed out to other processes, by the process: nobody knows yet how much of it is used. */
  readonly held: Map<string, number>;

  constructor(count: WindowCount, held: Iterable<readonly [holder: string, amount: number]> = []) {
    this.count = count;
    this.held = new Map(held);
  }

  get reserved(): number {
    let reserved = 0;
    for (const amount of this.held.values()) reserved += amount;
    return reserved;
  }
}

export class Account {
  /** By the name of the count, as those of values. */
  readonly amounts = new Map<string, Amount>();
  readonly distinct = new Map<string, DistinctCount>();

  amount(counted: Counted): Amount {
    const key = countKey(counted);
    const known = this.amounts.get(key);
    if (known !== undefined) return known;
    const amount = new Amount(new WindowCount(counted.seconds * 1000));
    this.amounts.set(key, amount);
    return amount;
  }

  values(counted: Counted): DistinctCount {
    const key = countKey(counted);
    const known = this.distinct.get(key);
    if (known !== undefined) return known;
    const count = new DistinctCount(counted.seconds * 1000);
    this.distinct.set(key, count);
    return count;
  }

  /** How much more there may be now; below zero where the budget was larger. */
  left(allowance: Allowance, now: number): number {
    const { count, reserved } = this.amount(allowance);
    return allowance.most - count.total(now) - reserved;
  }

  isHeldBy(holder: string): boolean {
    for (const { held } of this.amounts.values()) if (held.has(holder)) return true;
    return false;
  }

  /** How many different values it keeps. */
  valuesKept(now: number): number {
    let kept = 0;
    for (const count of this.distinct.values()) kept += count.total(now);
    return kept;
  }

  isEmpty(now: number): boolean {
    for (const { count, reserved } of this.amounts.values())
      if (reserved > 0 || count.total(now) > 0) return false;
    return this.valuesKept(now) === 0;
  }
}

/** How long it is until there is room for so much. */
export function roomFor(account: Account, allowance: Allowance, amount: number, now: number): number {
  const { count, reserved } = account.amount(allowance);
  const from = allowance.most - amount - reserved;
  return from < 0 ? allowance.seconds * 1000 : count.fallsTo(from) - now;
}
