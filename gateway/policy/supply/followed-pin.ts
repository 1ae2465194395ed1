// The pin of one bundle as this process follows it: noticed when it is set or taken away, and the pinned version made ready.
import type { Log } from '../../lib/index.ts';
import { BundleRefused } from '../bundle/bundle-refused.ts';
import { type PathWatch, watchPath } from '../source/path-watch.ts';
import type { BundleStore } from '../store/bundle-store.ts';
import type { Pin } from '../store/version-record.ts';
import type { Candidate } from './candidate.ts';
import { diskProblem, type Problem } from './problem.ts';

export type FollowedPinOptions = Readonly<{
  store: BundleStore;
  load(digest: string): Promise<Candidate>;
  log: Log;
  problem(problem: Problem | undefined): void;
  changed(): Promise<void>;
}>;

export class FollowedPin {
  readonly #options: FollowedPinOptions;
  #pin: Pin | 'unusable' | undefined;
  #version: Candidate | undefined;
  #watch: PathWatch | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(options: FollowedPinOptions) {
    this.#options = options;
  }

  get pin(): Pin | 'unusable' | undefined {
    return this.#pin;
  }

  /** The pinned version; undefined while there is a pin that can't be followed. */
  get version(): Candidate | undefined {
    return this.#version;
  }

  watch(): void {
    this.#watch = watchPath(this.#options.store.pinPath, {
      changed: () => {
        this.#reading = this.#reading.then(async () => {
          if (await this.read()) await this.#options.changed();
        });
      },
    });
  }

  async close(): Promise<void> {
    this.#watch?.close();
    await this.#reading;
  }

  /** Never throws. False when it is the pin that was there before. */
  async read(): Promise<boolean> {
    const before = this.#pin;
    const pin = await this.#options.store.pin();
    this.#pin = pin;
    if (pin === undefined) {
      this.#version = undefined;
      this.#options.problem(undefined);
      if (before === undefined) return false;
      this.#options.log.info('bundle is no longer pinned');
      return true;
    }
    if (typeof pin === 'object' && pin.digest === this.#version?.bundle.digest) return false;
    await this.#load(pin);
    return true;
  }

  async #load(pin: Pin | 'unusable'): Promise<void> {
    this.#version = undefined;
    try {
      if (pin === 'unusable') throw new BundleRefused('pin_unusable', 'it names no version');
      this.#version = await this.#options.load(pin.digest);
      const { digest, by } = pin;
      this.#options.log.info({ revision: this.#version.bundle.revision, digest, by }, 'bundle is pinned');
      this.#options.problem(undefined);
    } catch (thrown) {
      this.#options.problem({
        code: 'pin_unusable',
        message: `nothing new is activated, for the pin cannot be followed: ${diskProblem(thrown).message}; roll back to another version, or take the pin away`,
      });
    }
  }
}
