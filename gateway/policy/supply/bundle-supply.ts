// The bundles of one policy: fetched, verified, kept and staged together, from the start to the end of the gateway.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BundleConfig } from '../../config/index.ts';
import type { Clock, Log } from '../../lib/index.ts';
import { BundleFeed } from './bundle-feed.ts';
import type { BundleStatus } from './bundle-status.ts';
import { type Stage, Staging } from './staging.ts';

export type SupplyOptions = Readonly<{
  bundles: readonly BundleConfig[];
  /** The versions of each bundle are kept in a folder of its name in here; processes of one gateway share it. */
  folder: string;
  /** Makes the set the one that decides. Whatever it throws refuses the set, and the one before stays. */
  stage: Stage;
  log: Log;
  clock: Clock;
  /** Between 0 and 1, for the spread of requests. */
  random?: () => number;
  /** The status says something else than before, apart from the times of requests that found nothing new. */
  onChange?: () => void;
}>;

/** A start waits no longer than this for the first set. */
const FIRST_SET_WITHIN_MS = 15_000;

export class BundleSupply {
  readonly #feeds: readonly BundleFeed[];
  readonly #staging: Staging;
  readonly #firstSet = Promise.withResolvers<void>();

  /** Resolves as `started` does. */
  static async start(options: SupplyOptions): Promise<BundleSupply> {
    const supply = new BundleSupply(options);
    await supply.#open();
    await supply.started();
    return supply;
  }

  private constructor({ bundles, folder, stage, log, clock, random = Math.random, onChange }: SupplyOptions) {
    const feedOptions = {
      ...{ folder, log, clock, random },
      wantsStaging: (feed: BundleFeed) => this.#tryWanted(feed),
      statusChanged: () => {
        try {
          onChange?.();
        } catch (err) {
          log.error({ err }, 'a change of the bundles could not be told');
        }
      },
    };
    this.#feeds = bundles.map((bundle) => new BundleFeed(bundle, feedOptions));
    this.#staging = new Staging(this.#feeds, stage, log);
  }

  /** Resolves once a set was staged, or the first attempt to get each bundle ended, or a while passed. */
  async started(): Promise<void> {
    const giveUp = new AbortController();
    await Promise.race([
      this.#firstSet.promise,
      Promise.all(this.#feeds.map(({ firstAttempt }) => firstAttempt)),
      sleep(FIRST_SET_WITHIN_MS, undefined, { ref: false, signal: giveUp.signal }).catch(() => undefined),
    ]);
    giveUp.abort();
  }

  status(): readonly BundleStatus[] {
    const missing = this.#feeds.filter(({ wanted }) => wanted === undefined).map(({ name }) => name);
    return this.#feeds.map((feed) => {
      const status = feed.status();
      if (feed.active !== undefined || status.code !== undefined || missing.length === 0) return status;
      return missing.includes(feed.name)
        ? { ...status, code: 'not_yet_here', message: 'it was not delivered yet' }
        : {
            ...status,
            code: 'incomplete_set',
            message: `it waits for the other bundles of the policy: ${missing.join(', ')}`,
          };
    });
  }

  /** Resolves once nothing of it runs any more. What is staged stays. */
  async close(): Promise<void> {
    await Promise.all([this.#staging.close(), ...this.#feeds.map((feed) => feed.close())]);
  }

  /** What the disk has serves from the first moment, while servers are asked. */
  async #open(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.load()));
    for (const feed of this.#feeds) feed.start();
    await Promise.all(this.#feeds.filter(({ isFile }) => isFile).map(({ firstAttempt }) => firstAttempt));
    await this.#tryWanted();
  }

  async #tryWanted(changed?: BundleFeed): Promise<void> {
    await this.#staging.tryWanted(changed);
    if (this.#staging.hasActiveSet) this.#firstSet.resolve();
  }
}
