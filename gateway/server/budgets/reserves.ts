// Hands parts of budgets to the processes in which statements run, which take from them as answers pass.
import { type Clock, Fault } from '../../lib/index.ts';
import { roomFor } from './account.ts';
import { spent } from './budget-words.ts';
import type { LocalBudgets } from './local-budgets.ts';
import { type Budget, type Counted, countKey, type Share } from './spending.ts';

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

type Held = { readonly account: string; readonly counted: Counted; amount: number };

/** What others have may come back: whoever needs it waits so long. */
const WAIT_MS = 5_000;
/** So much is handed out at once, where there is as much: an answer comes faster than processes speak to each other. */
const AT_LEAST: Readonly<Record<Budget['of'], number>> = {
  statements: 0,
  rows: 16_384,
  bytes: 8 * 1024 * 1024,
  labelled_cells: 65_536,
  affected_rows: 0,
  probes: 0,
};

export class Reserves {
  readonly #budgets: LocalBudgets;
  readonly #clock: Clock;
  /** By the process, and then by account and count. */
  readonly #held = new Map<object, Map<string, Held>>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(budgets: LocalBudgets, clock: Clock) {
    this.#budgets = budgets;
    this.#clock = clock;
  }

  /** All or nothing. Throws why there is no room. */
  async reserve(holder: object, account: string, wants: readonly Want[]): Promise<readonly Grant[]> {
    const giveUp = performance.now() + WAIT_MS;
    for (;;) {
      const granted = this.#grant(holder, account, wants);
      if (!(granted instanceof Fault)) return granted;
      const left = giveUp - performance.now();
      if (left <= 0 || !wants.some((want) => this.#othersHold(holder, account, want) > 0)) throw granted;
      await this.#settled(account, left);
    }
  }

  settle(holder: object, account: string, settlements: readonly Settlement[]): void {
    const held = this.#held.get(holder);
    for (const { granted, used, ...counted } of settlements) {
      const key = heldKey(account, counted);
      const entry = held?.get(key);
      if (entry === undefined) continue;
      entry.amount -= granted;
      if (entry.amount <= 0) held?.delete(key);
      this.#count(account, counted, granted, used);
    }
    this.#tell(account);
  }

  /** The process is gone: all that it had counts as used. */
  abandon(holder: object): void {
    const held = this.#held.get(holder) ?? new Map<string, Held>();
    this.#held.delete(holder);
    for (const { account, counted, amount } of held.values()) {
      this.#count(account, counted, amount, amount);
      this.#tell(account);
    }
  }

  #grant(holder: object, account: string, wants: readonly Want[]): readonly Grant[] | Fault {
    const now = this.#clock.now();
    const counts = this.#budgets.of(account, now);
    if (counts === undefined) return new Fault('budget_not_counted');
    for (const want of wants) {
      if (counts.left(want, now) + this.#unused(holder, account, want) < want.atOnce)
        return spent(want, want.atOnce, roomFor(counts, want, want.atOnce, now));
    }
    return wants.map((want) => {
      const left = Math.max(0, counts.left(want, now));
      const amount = portionOf(want, left, this.#unused(holder, account, want));
      counts.amount(want).reserved += amount;
      this.#note(holder, account, want, amount);
      const roomIn = this.#othersHold(holder, account, want) > 0 ? 1_000 : roomFor(counts, want, 1, now);
      return { amount, isLast: amount === left, roomIn };
    });
  }

  #note(holder: object, account: string, want: Want, amount: number): void {
    const held = this.#held.get(holder) ?? new Map<string, Held>();
    this.#held.set(holder, held);
    const key = heldKey(account, want);
    const { of, label, masked, seconds } = want;
    const entry = held.get(key) ?? { account, counted: { of, label, masked, seconds }, amount: 0 };
    entry.amount += amount;
    if (entry.amount > 0) held.set(key, entry);
  }

  #othersHold(holder: object, account: string, counted: Counted): number {
    const reserved = this.#budgets.of(account, this.#clock.now())?.amount(counted).reserved ?? 0;
    return reserved - this.#heldBy(holder, account, counted);
  }

  #heldBy(holder: object, account: string, counted: Counted): number {
    return this.#held.get(holder)?.get(heldKey(account, counted))?.amount ?? 0;
  }

  /** Of what the process has. Several of its statements may ask before any of them is answered. */
  #unused(holder: object, account: string, want: Want): number {
    return Math.max(0, this.#heldBy(holder, account, want) - want.used);
  }

  #count(account: string, counted: Counted, granted: number, used: number): void {
    const now = this.#clock.now();
    const amount = this.#budgets.of(account, now)?.amount(counted);
    if (amount === undefined) return;
    amount.reserved -= granted;
    if (used > 0) amount.count.add(used, now);
  }

  /** Resolves once somebody has given something back, or after the time. */
  async #settled(account: string, milliseconds: number): Promise<void> {
    const waiting = this.#waiting.get(account) ?? new Set();
    this.#waiting.set(account, waiting);
    await new Promise<void>((resolve) => {
      const told = (): void => {
        clearTimeout(timer);
        waiting.delete(told);
        if (waiting.size === 0) this.#waiting.delete(account);
        resolve();
      };
      const timer = setTimeout(told, milliseconds);
      waiting.add(told);
    });
  }

  #tell(account: string): void {
    for (const told of this.#waiting.get(account) ?? []) told();
  }
}

const heldKey = (account: string, counted: Counted): string => `${countKey(counted)} ${account}`;

function portionOf({ of, atOnce, all }: Want, left: number, unused: number): number {
  if (all) return left;
  const part = of === 'affected_rows' ? Math.ceil(left / 16) : Math.ceil(left / 2);
  return Math.min(left, Math.max(part, AT_LEAST[of], atOnce - unused));
}
