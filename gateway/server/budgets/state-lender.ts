// Hands out budgets that gateways share: the counts stand in the state database, and windows go by its clock.
import { randomUUID } from 'node:crypto';
import { Fault, type Log } from '../../lib/index.ts';
import type { Query, State } from '../../state/index.ts';
import type { Account } from './account.ts';
import { type AccountDocument, accountOf, documentOf } from './account-document.ts';
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
import type { Lender } from './leased-budgets.ts';
import { add, giveBack, type Lease, leaseEnd, leasesOf, roomOf } from './spend-of-account.ts';
import type { Spending } from './spending.ts';

export type StateLenderOptions = Readonly<{
  state: () => Promise<State>;
  onLeased: (account: string, leases: readonly Lease[]) => void;
  /** Nothing that was handed out before may be used any more. */
  onLost: () => void;
  log: Log;
}>;

/** How often a process that holds something says that it lives; whoever isn't heard of for longer is dead to the others. */
const BEAT_MS = 2_000;
const ALIVE_MS = 10_000;
/** It stops using what it has before they take it for dead. */
const STANDS_MS = 8_000;
/** Who waits for what others have looks again after so long. */
const LOOK_MS = 100;
const FORGET_MS = 60_000;
const FORGOTTEN_AT_ONCE = 100;

export class StateLender implements Lender {
  readonly #options: StateLenderOptions;
  /** Another one once it isn't certain what this process holds: what it had then counts as used when it is found dead. */
  #holder = randomUUID() as string;
  /** By the monotonic clock, as all of this process. */
  #standsUntil = Number.NEGATIVE_INFINITY;
  #beating: NodeJS.Timeout | undefined;
  #forgetAt = 0;
  readonly #unsettled = new Set<Promise<void>>();
  #closed = false;

  constructor(options: StateLenderOptions) {
    this.#options = options;
  }

  /** What was handed out may be used. */
  stands(): boolean {
    return performance.now() < this.#standsUntil;
  }

  async spend(account: string, spendings: readonly Spending[], ahead: boolean): Promise<void> {
    const asked = performance.now();
    const answer = await this.#change(account, (counts, now) => {
      const added = roomOf(counts, spendings, now);
      if (added instanceof Fault) return added;
      add(counts, spendings, (each) => leaseEnd(each, now));
      // It ends for us no later than for the database, which was asked after.
      return ahead
        ? leasesOf(counts, spendings, now).map((each) => ({ ...each, until: asked + each.until - now }))
        : [];
    });
    if (answer instanceof Fault) throw answer;
    this.#options.onLeased(account, answer);
  }

  giveBack(account: string, leases: readonly Lease[]): void {
    this.#inBackground(this.#change(account, (counts) => giveBack(counts, leases)));
  }

  /** All or nothing. What others have may come back: it waits for that. */
  async reserve(account: string, wants: readonly Want[]): Promise<readonly Grant[]> {
    const giveUp = performance.now() + WAIT_MS;
    for (;;) {
      await this.#sayAlive();
      const holder = this.#holder;
      const answer = await this.#certain(
        this.#change(account, (counts, now) => {
          const granted = grant(counts, holder, wants, now);
          const waits =
            granted instanceof Fault && wants.some((want) => othersHold(counts, holder, want) > 0);
          return { granted, waits };
        }),
      );
      const { granted, waits } = answer;
      if (holder !== this.#holder) throw new Fault('budget_not_counted');
      if (!(granted instanceof Fault)) return granted;
      if (!waits || performance.now() > giveUp) throw granted;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  settle(account: string, settlements: readonly Settlement[]): void {
    this.#inBackground(this.#settle(this.#holder, account, settlements));
  }

  /** Resolves when what was given back has arrived, if it can. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#beating);
    await Promise.allSettled(this.#unsettled);
  }

  async #settle(holder: string, account: string, settlements: readonly Settlement[]): Promise<void> {
    const attempt = () =>
      this.#certain(this.#change(account, (counts, now) => settle(counts, holder, settlements, now)));
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        // Whoever else it belonged to by then has paid for it.
        if (holder !== this.#holder || this.#closed) throw error;
        await new Promise((resolve) => setTimeout(resolve, BEAT_MS).unref());
      }
    }
  }

  /** What may have happened or not leaves nobody who knows what this process holds. */
  async #certain<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      if (error instanceof Fault && error.cause !== undefined) this.#lose();
      throw error;
    }
  }

  #lose(): void {
    this.#holder = randomUUID();
    this.#standsUntil = Number.NEGATIVE_INFINITY;
    this.#options.onLost();
  }

  /** Resolves when it is certain that nobody takes this process for dead for a while. */
  async #sayAlive(): Promise<void> {
    if (this.#standsUntil - performance.now() > STANDS_MS / 2) return;
    await this.#beat();
  }

  async #beat(): Promise<void> {
    clearTimeout(this.#beating);
    // What it had may have been counted as used already.
    if (this.#standsUntil !== Number.NEGATIVE_INFINITY && !this.stands()) this.#lose();
    const began = performance.now();
    const holder = this.#holder;
    try {
      const { query } = await this.#options.state();
      await query(
        `INSERT INTO portcullis.budget_holder (id, alive_until)
         VALUES ($1, clock_timestamp() + make_interval(secs => $2))
         ON CONFLICT (id) DO UPDATE SET alive_until = EXCLUDED.alive_until`,
        [holder, ALIVE_MS / 1000],
      );
      if (holder === this.#holder) this.#standsUntil = began + STANDS_MS;
    } finally {
      clearTimeout(this.#beating);
      if (!this.#closed)
        this.#beating = setTimeout(() => this.#beat().catch(() => undefined), BEAT_MS).unref();
    }
  }

  /** Nobody else changes the account meanwhile. `now`: of the database. */
  async #change<T>(account: string, work: (counts: Account, now: number) => T): Promise<T> {
    const state = await this.#options.state();
    return await state.transaction(async (query) => {
      const [row] = await query<{ counts: AccountDocument; now: number }>(
        `INSERT INTO portcullis.budget_account AS known (account) VALUES ($1)
         ON CONFLICT (account) DO UPDATE SET account = known.account
         RETURNING counts, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
        [account],
      );
      if (row === undefined) throw new Fault('budget_not_counted');
      const { now } = row;
      const counts = accountOf(row.counts);
      await this.#abandonDead(query, counts, now);
      const answer = work(counts, now);
      const { document, forgetAt } = documentOf(counts, now);
      await query(
        `UPDATE portcullis.budget_account SET counts = $2, forget_at = to_timestamp($3::float8 / 1000) WHERE account = $1`,
        [account, JSON.stringify(document), forgetAt],
      );
      await this.#forget(query, account);
      return answer;
    });
  }

  /** What they had counts as used in the last moment in which they may have used it. */
  async #abandonDead(query: Query, counts: Account, now: number): Promise<void> {
    const holders = new Set([...counts.amounts.values()].flatMap(({ held }) => [...held.keys()]));
    holders.delete(this.#holder);
    if (holders.size === 0) return;
    const known = await query<{ id: string; until: number }>(
      `SELECT id, (extract(epoch FROM alive_until) * 1000)::float8 AS until
       FROM portcullis.budget_holder WHERE id = ANY($1::uuid[])`,
      [[...holders]],
    );
    for (const holder of holders) {
      const until = known.find(({ id }) => id === holder)?.until ?? now;
      if (until <= now) abandon(counts, holder, until);
    }
  }

  /** What nobody has asked for since it was over. */
  async #forget(query: Query, account: string): Promise<void> {
    if (performance.now() < this.#forgetAt) return;
    this.#forgetAt = performance.now() + FORGET_MS;
    await query(
      `WITH over AS (
         SELECT account FROM portcullis.budget_account WHERE forget_at < clock_timestamp() AND account <> $1
         LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED)
       DELETE FROM portcullis.budget_account WHERE account IN (SELECT account FROM over)`,
      [account],
    );
    await query(
      `DELETE FROM portcullis.budget_holder WHERE alive_until < clock_timestamp() - interval '33 days'`,
    );
  }

  #inBackground(change: Promise<void>): void {
    const done = change
      .catch((error: unknown) => this.#options.log.debug({ err: error }, 'budget not given back'))
      .finally(() => this.#unsettled.delete(done));
    this.#unsettled.add(done);
  }
}
