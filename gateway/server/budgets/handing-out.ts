// Hands parts of an account's budgets to processes, which take from them as answers pass, and takes back what is left.
import type { Fault } from '../../lib/index.ts';
import { type Account, roomFor } from './account.ts';
import { spent } from './budget-words.ts';
import type { Budget, Counted, Share } from './spending.ts';

/** What a process asks for; of what it was granted before, and has not settled, it has `used` so much. */
export type Want = Share & Readonly<{ used: number }>;

export type Grant = Readonly<{
  amount: number;
  /** Nothing more is left for now. */
  isLast: boolean;
  /** In so many milliseconds there is more. */
  roomIn: number;
}>;

/** What was granted of a count, and how much of it was used. */
export type Settlement = Counted & Readonly<{ granted: number; used: number }>;

/** What others have may come back: whoever needs it waits so long. */
export const WAIT_MS = 5_000;
/** So much is handed out at once, where there is as much: an answer comes faster than processes speak to each other. */
const AT_LEAST: Readonly<Record<Budget['of'], number>> = {
  statements: 0,
  rows: 16_384,
  bytes: 8 * 1024 * 1024,
  labelled_cells: 65_536,
  affected_rows: 0,
  probes: 0,
};

/** All or nothing; or why there is no room. */
export function grant(
  counts: Account,
  holder: string,
  wants: readonly Want[],
  now: number,
): readonly Grant[] | Fault {
  for (const want of wants) {
    if (counts.left(want, now) + unused(counts, holder, want) < want.atOnce)
      return spent(want, want.atOnce, roomFor(counts, want, want.atOnce, now));
  }
  return wants.map((want) => {
    const { held } = counts.amount(want);
    const left = Math.max(0, counts.left(want, now));
    const amount = portionOf(want, left, unused(counts, holder, want));
    if (amount > 0) held.set(holder, (held.get(holder) ?? 0) + amount);
    const roomIn = othersHold(counts, holder, want) > 0 ? 1_000 : roomFor(counts, want, 1, now);
    return { amount, isLast: amount === left, roomIn };
  });
}

/** What the process had, and how much of that it has used until now. */
export function settle(
  counts: Account,
  holder: string,
  settlements: readonly Settlement[],
  now: number,
): void {
  for (const { granted, used, ...counted } of settlements) {
    const { held, count } = counts.amount(counted);
    const before = held.get(holder);
    // Whoever was taken for dead has paid for all of it.
    if (before === undefined) continue;
    if (before > granted) held.set(holder, before - granted);
    else held.delete(holder);
    if (used > 0) count.add(used, now);
  }
}

/** The process is gone: all that it had counts as used, at the latest at `at`. */
export function abandon(counts: Account, holder: string, at: number): void {
  for (const { held, count } of counts.amounts.values()) {
    const amount = held.get(holder);
    if (amount === undefined) continue;
    held.delete(holder);
    count.add(amount, at);
  }
}

export function othersHold(counts: Account, holder: string, counted: Counted): number {
  const { reserved, held } = counts.amount(counted);
  return reserved - (held.get(holder) ?? 0);
}

/** Of what the process has. Several of its statements may ask before any of them is answered. */
const unused = (counts: Account, holder: string, want: Want): number =>
  Math.max(0, (counts.amount(want).held.get(holder) ?? 0) - want.used);

function portionOf({ of, atOnce, all }: Want, left: number, spare: number): number {
  if (all) return left;
  const part = of === 'affected_rows' ? Math.ceil(left / 16) : Math.ceil(left / 2);
  return Math.min(left, Math.max(part, AT_LEAST[of], atOnce - spare));
}
