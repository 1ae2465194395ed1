// Stages the bundles of a supply as one set: all of them become active in one step, or the set before stays.
import type { Log } from '../../lib/index.ts';
import { BundleRefused } from '../bundle/bundle-refused.ts';
import { describeRoot, rootsOverlap } from '../bundle/roots.ts';
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';
import type { BundleFeed } from './bundle-feed.ts';
import type { Candidate } from './candidate.ts';

export type Stage = (bundles: readonly VerifiedBundle[]) => Promise<void>;

type Member = Readonly<{ feed: BundleFeed; candidate: Candidate }>;

const REFUSED_SETS_REMEMBERED = 64;

export class Staging {
  readonly #feeds: readonly BundleFeed[];
  readonly #stage: Stage;
  readonly #log: Log;
  readonly #refusedSets = new Set<string>();
  #running: Promise<void> = Promise.resolve();
  #activeSet: string | undefined;
  #closed = false;

  constructor(feeds: readonly BundleFeed[], stage: Stage, log: Log) {
    this.#feeds = feeds;
    this.#stage = stage;
    this.#log = log;
  }

  /** True once a set was staged. */
  get hasActiveSet(): boolean {
    return this.#activeSet !== undefined;
  }

  /** Resolves when what is wanted now was staged or refused; never throws. `changed` is the feed that wants another version. */
  tryWanted(changed?: BundleFeed): Promise<void> {
    this.#running = this.#running.then(() => this.#tryWanted(changed));
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #tryWanted(changed: BundleFeed | undefined): Promise<void> {
    const wanted = membersOf(this.#feeds, (feed) => feed.wanted);
    if (wanted !== undefined && (await this.#try(wanted))) return;
    // What another bundle does wrong must not keep this one's new version out.
    const active = membersOf(this.#feeds, (feed) => (feed === changed ? feed.wanted : feed.active));
    if (active !== undefined) await this.#try(active);
  }

  /** True when the set is active afterwards. */
  async #try(members: readonly Member[]): Promise<boolean> {
    const set = members.map(({ candidate }) => candidate.bundle.digest).join(' ');
    if (this.#closed || this.#refusedSets.has(set)) return false;
    const started = performance.now();
    try {
      const bundles = members.map(({ candidate }) => candidate.bundle);
      refuseOverlaps(bundles);
      if (set !== this.#activeSet) await this.#stage(bundles);
    } catch (thrown) {
      this.#remember(set);
      this.#report(members, thrown);
      return false;
    }
    this.#activeSet = set;
    const stagingMs = performance.now() - started;
    await Promise.all(members.map(({ feed, candidate }) => feed.activated(candidate, stagingMs)));
    return true;
  }

  /** A set that was refused is refused until one of its bundles changes. */
  #remember(set: string): void {
    this.#refusedSets.add(set);
    const [oldest] = this.#refusedSets;
    if (this.#refusedSets.size > REFUSED_SETS_REMEMBERED && oldest !== undefined)
      this.#refusedSets.delete(oldest);
  }

  /** The bundle that is named is to blame; without a name all that would have been new. */
  #report(members: readonly Member[], thrown: unknown): void {
    const named = thrown instanceof BundleRefused ? thrown.bundle : undefined;
    const blamed = members.filter(({ feed, candidate }) =>
      named === undefined ? candidate !== feed.active : feed.name === named,
    );
    for (const { feed } of blamed) feed.refused(thrown);
    if (blamed.length === 0) this.#log.warn({ err: thrown }, 'a set of bundles was refused');
  }
}

/** Undefined as long as one of them has no version, and where there are none: a set of nothing decides nothing. */
function membersOf(
  feeds: readonly BundleFeed[],
  versionOf: (feed: BundleFeed) => Candidate | undefined,
): readonly Member[] | undefined {
  const members = feeds.flatMap((feed) => {
    const candidate = versionOf(feed);
    return candidate === undefined ? [] : [{ feed, candidate }];
  });
  return members.length === feeds.length && members.length > 0 ? members : undefined;
}

/** Two bundles that own the same data would overwrite each other's. */
function refuseOverlaps(bundles: readonly VerifiedBundle[]): void {
  for (const [at, bundle] of bundles.entries()) {
    for (const other of bundles.slice(at + 1)) {
      for (const root of bundle.roots) {
        const overlapping = other.roots.find((theirs) => rootsOverlap(root, theirs));
        if (overlapping === undefined) continue;
        throw new BundleRefused(
          'roots_overlap',
          `the bundle "${bundle.name}" owns ${describeRoot(root)}, and "${other.name}" owns ${describeRoot(overlapping)}; name narrower roots in their .manifest`,
        );
      }
    }
  }
}
