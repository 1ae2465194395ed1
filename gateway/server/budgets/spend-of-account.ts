// Spends from the counts of one account: all of a text's spendings or none, and some of it in advance for other processes.
import type { Fault } from '../../lib/index.ts';
import { type Account, roomFor } from './account.ts';
import { spent } from './budget-words.ts';
import type { Spending } from './spending.ts';

/** A part of a budget that is counted already, and may be used until a moment by who has it. */
export type Lease = Readonly<{
  seconds: number;
  most: number;
  amount: number;
  until: number;
  /** How the count knows it. */
  dropAt: number;
}>;

/** What is leased and unused is nobody's for so long. */
const LEASE_MS = 1_000;
/** Of what is left a lease has a part, so that there is some for the others. */
export const LEASE_PART = 16;

/** How many values it would add to those that are kept, or why there is no room for it. */
export function roomOf(counts: Account, spendings: readonly Spending[], now: number): Fault | number {
  let added = 0;
  for (const spending of spendings) {
    const { values } = spending;
    if (values === undefined) {
      if (counts.left(spending, now) >= spending.amount) continue;
      return spent(spending, spending.amount, roomFor(counts, spending, spending.amount, now));
    }
    const known = counts.values(spending);
    const total = known.total(now);
    const more = known.more(values);
    if (more > 0 && total + more > spending.most)
      return spent(spending, more, known.fallsTo(spending.most - more) - now);
    added += more;
  }
  return added;
}

/** `at`: when what a spending allows has happened at the latest. */
export function add(
  counts: Account,
  spendings: readonly Spending[],
  at: (spending: Spending) => number,
): void {
  for (const each of spendings) {
    if (each.values === undefined) counts.amount(each).count.add(each.amount, at(each));
    else counts.values(each).add(each.values, at(each));
  }
}

/** Until when another process may use what it is told now. */
export const leaseEnd = ({ seconds }: Pick<Spending, 'seconds'>, now: number): number =>
  now + Math.min(LEASE_MS, (seconds * 1000) / LEASE_PART);

/** For the statements that follow. */
export function leasesOf(counts: Account, spendings: readonly Spending[], now: number): readonly Lease[] {
  return spendings.flatMap((spending) => {
    if (spending.of !== 'statements') return [];
    const { seconds, most } = spending;
    const amount = Math.floor(counts.left(spending, now) / LEASE_PART);
    if (amount <= 0) return [];
    const until = leaseEnd(spending, now);
    return [{ seconds, most, amount, until, dropAt: counts.amount(spending).count.add(amount, until) }];
  });
}

/** What is unused of leases. */
export function giveBack(counts: Account, leases: readonly Lease[]): void {
  for (const { seconds, amount, dropAt } of leases)
    counts.amount({ of: 'statements', seconds }).count.giveBack(amount, dropAt);
}
