// The catalog of one resource over time: the version that statements are decided against, and how long it is unverified.
import type { Client } from 'pg';
import { type Clock, type Log, systemClock } from '../../lib/index.ts';
import type { LabelOptions } from './apply-labels.ts';
import { CatalogConnection } from './catalog-connection.ts';
import { type CatalogData, noCatalogData } from './catalog-data.ts';
import { type Verified, verifySnapshot } from './load-snapshot.ts';
import type { Snapshot } from './snapshot.ts';

export interface Catalog {
  /** The last version that was loaded; undefined before the first. It never changes: hold it for a whole statement. */
  current(): Snapshot | undefined;
  /**
   * Milliseconds since the current version was known to be the server's; infinite before the first. Who decides by an
   * old version decides by what isn't so any more: refuse above a limit.
   */
  age(): number;
  /**
   * What the server has now, or later: never what was being read when it was asked for. Rejects when that can't be
   * read; the version before stays.
   */
  refresh(): Promise<Snapshot>;
  /** What a new bundle says of this database. */
  setData(data: CatalogData): Promise<Snapshot>;
  /** Called with each new version, the first included. The returned function ends that. */
  onChange(listener: (snapshot: Snapshot) => void): () => void;
  /** Begins to load, and to look again from time to time; a failure is logged, and tried again. */
  start(): Promise<unknown>;
  close(): void;
}

export type CatalogDependencies = Readonly<{
  /** Opens a connection to the database of the resource, as the resolver role. */
  connect: () => Promise<Client>;
  log: Log;
  clock?: Clock;
  data?: CatalogData;
  labels?: Partial<LabelOptions>;
}>;

export type CatalogOptions = Readonly<{
  /** From one look at the version to the next. */
  refreshMilliseconds: number;
  /** How much of the time the server may be busy with looks: on large catalogs they come less often. */
  largestShare: number;
  /** How long one look may take, with loading. */
  limitMilliseconds: number;
  retryMilliseconds: Readonly<{ first: number; longest: number }>;
}>;

export const defaultCatalogOptions: CatalogOptions = {
  refreshMilliseconds: 5_000,
  largestShare: 0.02,
  limitMilliseconds: 90_000,
  retryMilliseconds: { first: 250, longest: 30_000 },
};

/**
 * @example
 * const catalog = createCatalog({ connect, log });
 * await catalog.start();
 * const snapshot = catalog.current();
 */
export function createCatalog(
  dependencies: CatalogDependencies,
  options: Partial<CatalogOptions> = {},
): Catalog {
  return new RefreshedCatalog(dependencies, { ...defaultCatalogOptions, ...options });
}

class RefreshedCatalog implements Catalog {
  readonly #options: CatalogOptions;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #labels: Partial<LabelOptions>;
  readonly #connection: CatalogConnection;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  #data: CatalogData;
  #verified: Verified | undefined;
  #verifiedAt = Number.NEGATIVE_INFINITY;
  /** The data that the current version was loaded with. */
  #loadedData: CatalogData | undefined;
  #underWay: Promise<Snapshot> | undefined;
  #afterwards: Promise<Snapshot> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #state: 'new' | 'started' | 'closed' = 'new';

  constructor(dependencies: CatalogDependencies, options: CatalogOptions) {
    const { connect, log, clock = systemClock, data = noCatalogData, labels = {} } = dependencies;
    this.#options = options;
    this.#log = log;
    this.#clock = clock;
    this.#data = data;
    this.#labels = labels;
    this.#connection = new CatalogConnection(connect, options.limitMilliseconds);
  }

  current(): Snapshot | undefined {
    return this.#verified?.snapshot;
  }

  age(): number {
    return this.#clock.now() - this.#verifiedAt;
  }

  refresh(): Promise<Snapshot> {
    if (this.#underWay === undefined) return this.#begin();
    // What is under way may have begun before the change that the caller wants to see.
    this.#afterwards ??= this.#underWay
      .catch(() => {})
      .then(() => {
        this.#afterwards = undefined;
        return this.#begin();
      });
    return this.#afterwards;
  }

  setData(data: CatalogData): Promise<Snapshot> {
    this.#data = data;
    return this.refresh();
  }

  onChange(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): Promise<unknown> {
    this.#state = this.#state === 'new' ? 'started' : this.#state;
    return this.refresh();
  }

  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#connection.close();
  }

  #begin(): Promise<Snapshot> {
    if (this.#state === 'closed') return Promise.reject(new Error('the catalog is closed'));
    clearTimeout(this.#timer);
    this.#underWay = this.#look().then(
      (verified) => {
        const { refreshMilliseconds, largestShare } = this.#options;
        this.#failures = 0;
        this.#finish(Math.max(refreshMilliseconds, verified.lookMilliseconds / largestShare));
        return verified.snapshot;
      },
      (error: unknown) => {
        const { first, longest } = this.#options.retryMilliseconds;
        const pause = Math.min(longest, first * 2 ** this.#failures);
        this.#failures++;
        if (this.#state !== 'closed')
          this.#log.warn({ err: error, age: this.age() }, 'the catalog could not be read');
        this.#finish(pause);
        throw error;
      },
    );
    return this.#underWay;
  }

  #finish(pause: number): void {
    this.#underWay = undefined;
    if (this.#state !== 'started') return;
    this.#timer = setTimeout(() => void this.refresh().catch(() => {}), pause);
    // Looking again keeps no process alive.
    this.#timer.unref();
  }

  async #look(): Promise<Verified> {
    const askedAt = this.#clock.now();
    const [known, data] = [this.#verified, this.#data];
    const options = { data, labels: this.#labels, log: this.#log };
    const same = data === this.#loadedData ? known : undefined;
    const verified = await this.#connection.use((query) => verifySnapshot(query, same, options));
    if (this.#state === 'closed') throw new Error('the catalog is closed');
    this.#verified = verified;
    this.#verifiedAt = askedAt;
    this.#loadedData = data;
    if (verified.snapshot.version !== known?.snapshot.version) this.#announce(verified.snapshot);
    return verified;
  }

  #announce(snapshot: Snapshot): void {
    const { version, findings } = snapshot;
    this.#log.info({ version, findings: findings.length }, 'catalog version');
    for (const listener of this.#listeners) listener(snapshot);
  }
}
