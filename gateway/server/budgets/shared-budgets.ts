// The budgets of gateways that share a state database: spent from parts that it has handed out to this process.
import { randomBytes } from 'node:crypto';
import type { Config } from '../../config/index.ts';
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import type { Query } from '../../state/index.ts';
import type { Later } from '../guard/facts-of-statement.ts';
import { Remembered } from '../state/remembered.ts';
import type { StateSource } from '../state/state-source.ts';
import { LeasedBudgets } from './leased-budgets.ts';
import { LocalBudgets } from './local-budgets.ts';
import type { Budgets, Purse, Share, Spending } from './spending.ts';
import { StateLender } from './state-lender.ts';

export type SharedBudgetsOptions = Readonly<{
  source: StateSource;
  config: () => Config['state'];
  clock: Clock;
  log: Log;
}>;

/** Whatever is done to the computer's clock, a part of a budget doesn't last longer. */
const monotonic: Clock = { now: () => performance.now() };

export class SharedBudgets implements Budgets {
  readonly #options: SharedBudgetsOptions;
  readonly #lender: StateLender;
  readonly #leased: LeasedBudgets;
  readonly #key: Remembered<Buffer | undefined>;
  /** Where what counts while the state database is away is what this process counts by itself. */
  #own: LocalBudgets | undefined;

  constructor(options: SharedBudgetsOptions) {
    const { source, log } = options;
    this.#options = options;
    this.#lender = new StateLender({
      state: () => source.open(),
      onLeased: (account, leases) => this.#leased.leased(account, leases),
      onLost: () => this.#leased.lose(),
      log,
    });
    this.#leased = new LeasedBudgets(this.#lender, monotonic);
    this.#key = new Remembered<Buffer | undefined>({
      ...{ source, log, topics: [], nothing: undefined },
      read: commonKey,
      onRead: () => {
        if (this.#key.current !== undefined) this.#leased.useKey(this.#key.current);
      },
    });
  }

  /** Resolves once probes can be counted, or it isn't known yet how. */
  async start(): Promise<void> {
    await this.#key.start();
  }

  /** What is unused goes back. */
  async close(): Promise<void> {
    this.#key.close();
    this.#leased.close();
    await this.#lender.close();
  }

  readonly hash = (text: string): string => this.#leased.hash(text);

  get epoch(): unknown {
    return this.#leased.epoch;
  }

  spend(account: string, spendings: readonly Spending[]): Later<Fault | undefined> {
    const alone = () => this.#alone().spend(account, spendings);
    return this.#orAlone(this.#leased.spend(account, spendings), alone);
  }

  open(account: string, shares: readonly Share[]): Later<Purse | Fault> {
    return this.#orAlone(this.#leased.open(account, shares), () => this.#alone().open(account, shares));
  }

  #orAlone<T>(answer: Later<T | Fault>, alone: () => T | Fault): Later<T | Fault> {
    const settled = (got: T | Fault): T | Fault => {
      if (!(got instanceof Fault) || got.code !== 'state_unavailable') return got;
      return this.#options.config().when_away === 'keep' ? alone() : new Fault('budget_not_counted', {}, got);
    };
    return answer instanceof Promise ? answer.then(settled) : settled(answer);
  }

  #alone(): LocalBudgets {
    this.#own ??= new LocalBudgets(this.#options.clock);
    return this.#own;
  }
}

/** The first gateway of all makes it: the same values must be the same to all of them. */
async function commonKey(query: Query): Promise<Buffer | undefined> {
  await query('INSERT INTO portcullis.budget_key (key) VALUES ($1) ON CONFLICT DO NOTHING', [
    randomBytes(32),
  ]);
  const [row] = await query<{ key: Buffer }>('SELECT key FROM portcullis.budget_key');
  return row?.key;
}
