// What worker processes have of the budgets that the process which started them keeps; who needs more than is left waits for it.
import { type Clock, Fault } from '../../lib/index.ts';
import {
  abandon,
  type Grant,
  grant,
  othersHold,
  type Settlement,
  settle,
  WAIT_MS,
  type Want,
} from './handing-out.ts';
import type { LocalBudgets } from './local-budgets.ts';

/** A process by the name under which its parts are noted, and the accounts that it has some of. */
type Holder = { readonly name: string; readonly accounts: Set<string> };

export class Reserves {
  readonly #budgets: LocalBudgets;
  readonly #clock: Clock;
  readonly #holders = new Map<object, Holder>();
  readonly #waiting = new Map<string, Set<() => void>>();
  #lastName = 0;

  constructor(budgets: LocalBudgets, clock: Clock) {
    this.#budgets = budgets;
    this.#clock = clock;
  }

  /** All or nothing. Throws why there is no room. */
  async reserve(process: object, account: string, wants: readonly Want[]): Promise<readonly Grant[]> {
    const giveUp = performance.now() + WAIT_MS;
    const { name, accounts } = this.#holderOf(process);
    for (;;) {
      const now = this.#clock.now();
      const counts = this.#budgets.of(account, now);
      if (counts === undefined) throw new Fault('budget_not_counted');
      const granted = grant(counts, name, wants, now);
      if (!(granted instanceof Fault)) {
        accounts.add(account);
        return granted;
      }
      const left = giveUp - performance.now();
      if (left <= 0 || !wants.some((want) => othersHold(counts, name, want) > 0)) throw granted;
      await this.#settled(account, left);
    }
  }

  settle(process: object, account: string, settlements: readonly Settlement[]): void {
    const now = this.#clock.now();
    const counts = this.#budgets.of(account, now);
    const { name, accounts } = this.#holderOf(process);
    if (counts !== undefined) settle(counts, name, settlements, now);
    if (counts?.isHeldBy(name) !== true) accounts.delete(account);
    this.#tell(account);
  }

  /** The process is gone. */
  abandon(process: object): void {
    const { name, accounts } = this.#holderOf(process);
    this.#holders.delete(process);
    const now = this.#clock.now();
    for (const account of accounts) {
      const counts = this.#budgets.of(account, now);
      if (counts !== undefined) abandon(counts, name, now);
      this.#tell(account);
    }
  }

  #holderOf(process: object): Holder {
    const known = this.#holders.get(process);
    if (known !== undefined) return known;
    this.#lastName += 1;
    const holder = { name: String(this.#lastName), accounts: new Set<string>() };
    this.#holders.set(process, holder);
    return holder;
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
