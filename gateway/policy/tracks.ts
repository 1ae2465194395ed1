// Which policy decides for whom: the stable one, for some principals a canary, and beside them a shadow that decides
// nothing.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { BundleConfig, PolicyConfig } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import type { IdentityInput } from './engine/input/ask.ts';
import type { PolicyOptions } from './engine/staging/stage-policy.ts';
import { type CanaryShare, createCanaryShare } from './tracks/canary-share.ts';
import { type Deciders, whoDecides } from './tracks/deciders.ts';
import { Exports } from './tracks/exports.ts';
import { type DecidedCall, Shadow } from './tracks/shadow.ts';
import { type PolicyStatus, policyStatus } from './tracks/status.ts';
import { type Decider, type DecidingPolicy, Track, type TrackDeps, type TrackName } from './tracks/track.ts';

export type PolicyTracksDeps = Readonly<{
  dataDir: string;
  log: Log;
  clock: Clock;
  /** Of the gateway, for those who read its decision log and status. */
  version: string;
  supply: TrackDeps['supply'];
  stage: (bundles: Parameters<TrackDeps['stage']>[0], options: PolicyOptions) => Promise<DecidingPolicy>;
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
  #deciders: Deciders = { stable: undefined, canary: undefined, canaryRests: undefined };
  #shadow: Shadow | undefined;
  #reloading: Promise<void> = Promise.resolve();
  #closed = false;

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
  decider(identity: IdentityInput): Decider | undefined {
    const { stable, canary } = this.#deciders;
    return canary !== undefined && this.#share?.includes(identity) === true ? canary : stable;
  }

  /** Somebody wants to know of decisions: a decision log, or a shadow. */
  get hears(): boolean {
    return this.#exports.hears || this.#shadow !== undefined;
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
      canaryRests: this.#deciders.canaryRests,
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
    this.#closed = true;
    this.#listeners.clear();
    this.#shadow?.close();
    await Promise.all([...this.#tracks.values()].map(({ track }) => track.close()));
    await this.#exports.close();
  }

  async #follow(): Promise<void> {
    if (this.#closed) return;
    const { bundles, canary, shadow } = this.#config;
    const followed = Promise.all([
      this.#followTrack('stable', bundles),
      this.#followTrack('canary', replacing(bundles, canary?.bundles)),
      this.#followTrack('shadow', replacing(bundles, shadow?.bundles)),
    ]);
    // Who decides for whom changes at once; only the bundles take their time.
    const trackOf = (name: TrackName): Track | undefined => this.#tracks.get(name)?.track;
    this.#stable = trackOf('stable') ?? this.#createTrack('stable');
    this.#canary = trackOf('canary');
    this.#share = canary === undefined ? undefined : createCanaryShare(canary);
    if (trackOf('shadow') === undefined) this.#shadow?.close();
    this.#shadow = trackOf('shadow') === undefined ? undefined : (this.#shadow ?? this.#createShadow());
    this.#changed();
    await followed;
  }

  /** Nothing is followed without bundles. A track whose bundles are the same goes on as it is. */
  async #followTrack(name: TrackName, bundles: readonly BundleConfig[]): Promise<void> {
    const followed = this.#tracks.get(name);
    if (bundles.length === 0) {
      this.#tracks.delete(name);
      return await followed?.track.close();
    }
    const from = JSON.stringify([bundles, this.#config.evaluation]);
    if (followed?.from === from) return;
    const track = followed?.track ?? this.#createTrack(name);
    this.#tracks.set(name, { track, from });
    await track.follow(bundles);
  }

  #createTrack(name: TrackName): Track {
    const { dataDir, log, clock, supply, stage } = this.#deps;
    return new Track(name, {
      folder: trackFolder(dataDir, name),
      log,
      clock,
      supply,
      stage: (bundles) => {
        const { steps, memory_bytes: memoryBytes } = this.#config.evaluation;
        return stage(bundles, { steps, memoryBytes, log, clock });
      },
      onStaged: () => this.#changed(),
      onStatus: () => this.#exports.changed(),
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
    const before = this.#deciders.canaryRests;
    this.#deciders = whoDecides(this.#stable, this.#canary);
    const because = this.#deciders.canaryRests;
    if (because !== undefined && because !== before) {
      this.#deps.log.warn({ because }, 'the stable policy decides for the principals of the canary');
    }
    this.#exports.changed();
    for (const listener of this.#listeners) listener();
  }
}

/** Where the bundles of a track are kept on disk. */
export function trackFolder(dataDir: string, track: TrackName): string {
  return join(dataDir, 'policy', track);
}

/** The stable set with those in it that have the same name replaced; nothing where there is nothing to replace. */
function replacing(
  stable: readonly BundleConfig[],
  others: readonly BundleConfig[] | undefined,
): readonly BundleConfig[] {
  if (others === undefined) return [];
  return stable.map((bundle) => others.find(({ name }) => name === bundle.name) ?? bundle);
}
