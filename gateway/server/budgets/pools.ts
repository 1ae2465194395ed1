// Parts of budgets that a worker process has while statements run in it: answers take from them, the rest goes back.
import { type Clock, Fault } from '../../lib/index.ts';
import type { Later } from '../guard/facts-of-statement.ts';
import { spent } from './budget-words.ts';
import type { Grant, Settlement, Want } from './handing-out.ts';
import { countKey, type Purse, type Share } from './spending.ts';

/** The process that keeps the counts. */
export interface ReserveLender {
  /** Rejects with why there is no room. */
  reserve(account: string, wants: readonly Want[]): Promise<readonly Grant[]>;
  settle(account: string, settlements: readonly Settlement[]): void;
  /** What was granted may still be used. */
  stands?(): boolean;
}

/** What nothing takes from any more is kept so long, for the statement that follows. */
const LINGER_MS = 100;
/** Of what is left one answer takes a part in advance, so that there is some for the others. */
const ADVANCE_PART = 16;

export class Pools {
  /** Another one once something went back: what a purse was opened for may be gone. */
  epoch: object = {};
  readonly #lender: ReserveLender;
  readonly #clock: Clock;
  readonly #pools = new Map<string, Pool>();

  constructor(lender: ReserveLender, clock: Clock) {
    this.#lender = lender;
    this.#clock = clock;
  }

  open(account: string, shares: readonly Share[]): Later<Purse | Fault> {
    const pools = shares.map((share) => this.#poolOf(account, share));
    if (pools.every((pool, index) => pool.suffices(shares[index] as Share))) return new PooledPurse(pools);
    // None of them may go back meanwhile.
    for (const pool of pools) pool.began();
    return this.#ask(account, pools, shares)
      .then(
        () => refusalOf(pools, shares) ?? new PooledPurse(pools),
        (thrown) => (thrown instanceof Fault ? thrown : new Fault('budget_not_counted', {}, thrown)),
      )
      .finally(() => {
        for (const pool of pools) pool.ended();
      });
  }

  /** Nothing of what was granted may be used any more, and nobody asks for it. */
  lose(): void {
    for (const pool of this.#pools.values()) pool.lose();
    this.#pools.clear();
    this.epoch = {};
  }

  /** All of it goes back. */
  close(): void {
    for (const pool of [...this.#pools.values()]) pool.end();
  }

  #poolOf(account: string, share: Share): Pool {
    const key = `${countKey(share)} ${share.most} ${account}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool: Pool = new Pool(share, this.#clock, {
      stands: () => this.#lender.stands?.() !== false,
      more: () => this.#ask(account, [pool], [{ ...share, atOnce: 0, all: false }]),
      over: (settlement) => {
        this.#pools.delete(key);
        this.epoch = {};
        if (settlement.granted > 0) this.#lender.settle(account, [settlement]);
      },
    });
    this.#pools.set(key, pool);
    return pool;
  }

  async #ask(account: string, pools: readonly Pool[], shares: readonly Share[]): Promise<void> {
    const wants = shares.map((share, index) => ({ ...share, used: pools[index]?.used ?? 0 }));
    const grants = await this.#lender.reserve(account, wants);
    grants.forEach((grant, index) => {
      pools[index]?.add(grant);
    });
  }
}

/** Others of the process may have taken what was granted. */
function refusalOf(pools: readonly Pool[], shares: readonly Share[]): Fault | undefined {
  for (const [index, pool] of pools.entries()) {
    const { atOnce } = shares[index] as Share;
    if (pool.left < atOnce) return pool.lacks(atOnce);
  }
  return undefined;
}

type PoolEvents = Readonly<{
  stands: () => boolean;
  more: () => Promise<void>;
  over: (settlement: Settlement) => void;
}>;

class Pool {
  left = 0;
  readonly #share: Share;
  readonly #clock: Clock;
  readonly #events: PoolEvents;
  #granted = 0;
  #portion = 0;
  #isLast = false;
  #roomAt = 0;
  #running = 0;
  #asks = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(share: Share, clock: Clock, events: PoolEvents) {
    this.#share = share;
    this.#clock = clock;
    this.#events = events;
  }

  suffices({ atOnce, all }: Share): boolean {
    return !all && this.#granted > 0 && this.left >= atOnce && this.left * 2 >= this.#portion;
  }

  add({ amount, isLast, roomIn }: Grant): void {
    this.left += amount;
    this.#granted += amount;
    this.#portion = Math.max(amount, 1);
    this.#isLast = isLast;
    this.#roomAt = this.#clock.now() + roomIn;
  }

  take(atLeast: number, upTo: number): number | Fault {
    if (this.#isOver || !this.#events.stands()) return new Fault('budget_not_counted');
    const fits = atLeast <= this.left;
    const amount = fits ? Math.max(atLeast, Math.min(upTo, Math.floor(this.left / ADVANCE_PART))) : 0;
    this.left -= amount;
    if (this.left * 2 < this.#portion && !this.#isLast) this.#ask();
    return fits ? amount : this.lacks(atLeast);
  }

  /** Why it has no room for so much. */
  lacks(amount: number): Fault {
    return this.#isLast
      ? spent(this.#share, amount, this.#roomAt - this.#clock.now())
      : new Fault('budget_not_counted');
  }

  get used(): number {
    return this.#granted - this.left;
  }

  giveBack(amount: number): void {
    this.left += amount;
  }

  began(): void {
    this.#running += 1;
    clearTimeout(this.#timer);
  }

  ended(): void {
    this.#running -= 1;
    this.linger();
  }

  /** Goes back unless something begins to take from it. */
  linger(): void {
    if (this.#running > 0 || this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), LINGER_MS);
  }

  /** Before it is used up. */
  #ask(): void {
    if (this.#asks) return;
    this.#asks = true;
    this.began();
    this.#events
      .more()
      .catch(() => undefined)
      .finally(() => {
        this.#asks = false;
        this.ended();
      });
  }

  lose(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  end(): void {
    this.lose();
    const { of, label, masked, seconds } = this.#share;
    this.#events.over({ of, label, masked, seconds, granted: this.#granted, used: this.used });
  }
}

class PooledPurse implements Purse {
  readonly #pools: readonly Pool[];

  constructor(pools: readonly Pool[]) {
    this.#pools = pools;
    for (const pool of pools) pool.linger();
  }

  began(): void {
    for (const pool of this.#pools) pool.began();
  }

  take(index: number, atLeast: number, upTo: number): number | Fault {
    return (this.#pools[index] as Pool).take(atLeast, upTo);
  }

  giveBack(index: number, amount: number): void {
    this.#pools[index]?.giveBack(amount);
  }

  ended(): void {
    for (const pool of this.#pools) pool.ended();
  }
}
