// Which policy decides for whom: the stable one, for some principals a canary, and beside them a shadow that decides
// nothing.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { BundleConfig, PolicyConfig } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import type { Input } from '../sql/index.ts';
import { type CanaryShare, createCanaryShare } from './tracks/canary-share.ts';
import { Exports } from './tracks/exports.ts';
import type { Policy } from './tracks/policy-contract.ts';
import { type DecidedCall, Shadow } from './tracks/shadow.ts';
import { type PolicyStatus, policyStatus } from './tracks/status.ts';
import { type Decider, Track, type TrackDeps, type TrackName } from './tracks/track.ts';

export type PolicyTracksDeps = Readonly<{
  dataDir: string;
  log: Log;
  clock: Clock;
  /** Of the gateway, for those who read its decision log and status. */
  version: string;
  supply: TrackDeps['supply'];
  stage: (
    bundles: Parameters<TrackDeps['stage']>[0],
    options: Readonly<{ steps: number; memoryBytes: number; log: Log; clock: Clock }>,
  ) => Promise<Policy>;
}>;

type Followed = { track: Track; from: string };

export class PolicyTracks {
  readonly #deps: PolicyTracksDeps;
  readonly #exports: Exports;
  readonly #listeners = new Set<() => void>();
  readonly #tracks = new Map<TrackName, Followed>();
  #config: PolicyConfig;
  #stable: Track;
  #canary: Track | undefined;
  #share: CanaryShare | undefined;
  #shadow: Shadow | undefined;
  #reloading: Promise<void> = Promise.resolve();

  /** Resolves once the bundles that are at hand are staged. Without any, every statement is denied, and status() says so. */
  static async start(config: PolicyConfig, deps: PolicyTracksDeps): Promise<PolicyTracks> {
    const tracks = new PolicyTracks(config, deps);
    await tracks.#follow();
    return tracks;
  }

  private constructor(config: PolicyConfig, deps: PolicyTracksDeps) {
    this.#deps = deps;
    this.#config = config;
    this.#stable = this.#createTrack('stable');
    const labels = { id: randomUUID(), version: deps.version };
    this.#exports = new Exports(labels, { log: deps.log, status: () => this.status() });
    this.#exports.use(config);
  }

  /** Who decides for this principal now; undefined: nobody, and every statement is denied. Cheap enough for each statement. */
  decider(identity: Input['identity']): Decider | undefined {
    const canary = this.#canary?.decider;
    if (canary !== undefined && this.#share?.includes(identity) === true) return canary;
    return this.#stable.decider;
  }

  /** A decision was taken: it is logged, and the shadow is asked, both later. */
  decided(call: DecidedCall): void {
    this.#exports.record(call, call.decided, call.decider, call.decisionId, {});
    this.#shadow?.offer(call);
  }

  /** `data.catalog` of the stable bundles: labels, and functions that are vouched for. */
  catalogData(): Readonly<Record<string, unknown>> {
    return this.#stable.catalog;
  }

  /** Calls the listener whenever another policy decides on a track. The answer ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  status(): PolicyStatus {
    return policyStatus({
      tracks: [...this.#tracks.values()].map(({ track }) => track.status()),
      shadow: this.#shadow?.status(),
      decisionLog: this.#exports.decisionLogStatus(),
      statusProblem: this.#exports.statusProblem(),
    });
  }

  /** What decides goes on deciding until what the new configuration names is staged. */
  reload(config: PolicyConfig): Promise<void> {
    this.#reloading = this.#reloading.then(async () => {
      this.#config = config;
      this.#exports.use(config);
      await this.#follow();
    });
    return this.#reloading;
  }

  async close(): Promise<void> {
    await this.#reloading;
    this.#listeners.clear();
    this.#shadow?.close();
    await Promise.all([...this.#tracks.values()].map(({ track }) => track.close()));
    await this.#exports.close();
  }

  async #follow(): Promise<void> {
    const { bundles, canary, shadow } = this.#config;
    this.#stable = (await this.#followTrack('stable', bundles)) ?? this.#createTrack('stable');
    const forSome = await this.#followTrack('canary', replacing(bundles, canary?.bundles));
    this.#share = canary === undefined ? undefined : createCanaryShare(canary);
    this.#canary = forSome;
    const beside = await this.#followTrack('shadow', replacing(bundles, shadow?.bundles));
    if (beside === undefined) this.#shadow?.close();
    this.#shadow = beside === undefined ? undefined : (this.#shadow ?? this.#createShadow());
    this.#changed();
  }

  /** The track with these bundles; none without bundles. One whose bundles are the same goes on as it is. */
  async #followTrack(name: TrackName, bundles: readonly BundleConfig[]): Promise<Track | undefined> {
    const followed = this.#tracks.get(name);
    if (bundles.length === 0) {
      this.#tracks.delete(name);
      await followed?.track.close();
      return undefined;
    }
    const from = JSON.stringify([bundles, this.#config.evaluation]);
    const track = followed?.track ?? this.#createTrack(name);
    if (followed?.from === from) return track;
    this.#tracks.set(name, { track, from });
    await track.follow(bundles);
    if (name === 'canary' && track.decider === undefined) {
      this.#deps.log.warn({}, 'the canary has no policy yet: the stable one decides for its principals');
    }
    return track;
  }

  #createTrack(name: TrackName): Track {
    const { dataDir, log, clock, supply, stage } = this.#deps;
    return new Track(name, {
      folder: join(dataDir, 'policy', name),
      log,
      clock,
      supply,
      stage: (bundles) => {
        const { steps, memory_bytes: memoryBytes } = this.#config.evaluation;
        return stage(bundles, { steps, memoryBytes, log, clock });
      },
      onStaged: () => this.#changed(),
    });
  }

  #createShadow(): Shadow {
    return new Shadow(() => this.#tracks.get('shadow')?.track.decider, {
      log: this.#deps.log,
      onDecided: (call, shadowed, decider) =>
        this.#exports.record(call, shadowed, decider, randomUUID(), { shadow_of: call.decisionId }),
    });
  }

  #changed(): void {
    this.#exports.changed();
    for (const listener of this.#listeners) listener();
  }
}

/** The stable set with those in it that have the same name replaced; nothing where there is nothing to replace. */
function replacing(
  stable: readonly BundleConfig[],
  others: readonly BundleConfig[] | undefined,
): readonly BundleConfig[] {
  if (others === undefined) return [];
  return stable.map((bundle) => others.find(({ name }) => name === bundle.name) ?? bundle);
}
