// One set of bundles and the policy that was staged from it last: stable, canary or shadow.
import type { BundleConfig } from '../../config/index.ts';
import type { Clock, Log } from '../../lib/index.ts';
import { BundleRefused } from '../bundle/bundle-refused.ts';
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';
import type { Policy } from '../engine/policy.ts';
import type { BundleStatus } from '../supply/bundle-status.ts';
import type { BundleSupply, SupplyOptions } from '../supply/bundle-supply.ts';
import { catalogDataOf } from './catalog-data.ts';

export type TrackName = 'stable' | 'canary' | 'shadow';

export type DecidingPolicy = Pick<
  Policy,
  'revision' | 'statement' | 'connect' | 'approve' | 'access' | 'exportRules'
>;
export type Supply = Pick<BundleSupply, 'status' | 'close'>;

/** A policy that decides, and what the decision log says of where it came from. It never changes. */
export type Decider = Readonly<{
  policy: DecidingPolicy;
  track: TrackName;
  /** Revisions by the bundle's name. */
  bundles: Readonly<Record<string, string>>;
}>;

export type TrackStatus = Readonly<{
  track: TrackName;
  /** It has a policy. */
  ready: boolean;
  revision: string | undefined;
  /** When that policy took over, in milliseconds since 1970. */
  since: number | undefined;
  /** Why its bundles can't be followed at all; undefined otherwise. */
  problem: string | undefined;
  bundles: readonly BundleStatus[];
}>;

export type TrackDeps = Readonly<{
  folder: string;
  log: Log;
  clock: Clock;
  supply: (options: SupplyOptions) => Promise<Supply>;
  stage: (bundles: readonly VerifiedBundle[]) => Promise<DecidingPolicy>;
  /** Another policy decides from now on. */
  onStaged: () => void;
  /** status() says something else than before. */
  onStatus: () => void;
}>;

export class Track {
  readonly name: TrackName;
  readonly #deps: TrackDeps;
  #decider: Decider | undefined;
  #since: number | undefined;
  #catalog: Readonly<Record<string, unknown>> = {};
  #supply: Supply | undefined;
  #problem: string | undefined;
  // Counts the sets of bundles: what an earlier one still stages must not replace a later one's.
  #generation = 0;

  constructor(name: TrackName, deps: TrackDeps) {
    this.name = name;
    this.#deps = deps;
  }

  /** Undefined until a first set was staged. */
  get decider(): Decider | undefined {
    return this.#decider;
  }

  /** `data.catalog` of its bundles. */
  get catalog(): Readonly<Record<string, unknown>> {
    return this.#catalog;
  }

  /** Takes its bundles from here on. The policy that decides stays until another one is staged. */
  async follow(bundles: readonly BundleConfig[]): Promise<void> {
    await this.close();
    const generation = this.#generation;
    const { folder, clock, onStatus: onChange } = this.#deps;
    const log = this.#deps.log.child({ track: this.name });
    const stage = (verified: readonly VerifiedBundle[]): Promise<void> => this.#stage(verified, generation);
    try {
      const supply = await this.#deps.supply({ bundles, folder, stage, log, clock, onChange });
      this.#problem = undefined;
      if (generation === this.#generation) this.#supply = supply;
      else await supply.close();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : 'unknown';
      log.error({ problem: this.#problem }, 'bundles cannot be followed');
    }
  }

  status(): TrackStatus {
    return {
      track: this.name,
      ready: this.#decider !== undefined,
      revision: this.#decider?.policy.revision,
      since: this.#since,
      problem: this.#problem,
      bundles: this.#supply?.status() ?? [],
    };
  }

  async close(): Promise<void> {
    this.#generation += 1;
    const supply = this.#supply;
    this.#supply = undefined;
    await supply?.close();
  }

  async #stage(bundles: readonly VerifiedBundle[], generation: number): Promise<void> {
    const policy = await this.#deps.stage(bundles);
    if (generation !== this.#generation) {
      throw new BundleRefused('not_followed', 'the configuration names other bundles by now');
    }
    this.#decider = Object.freeze({
      policy,
      track: this.name,
      bundles: Object.freeze(Object.fromEntries(bundles.map(({ name, revision }) => [name, revision]))),
    });
    this.#since = this.#deps.clock.now();
    this.#catalog = catalogDataOf(bundles);
    this.#deps.log.info(
      { track: this.name, revision: policy.revision, bundles: this.#decider.bundles },
      'policy decides',
    );
    this.#deps.onStaged();
  }
}
