// One bundle of a supply: what its source delivers, what the disk kept, which version is pinned, and which should be active.
import type { BundleConfig } from '../../config/index.ts';
import type { Clock, Log } from '../../lib/index.ts';
import type { BundleSource, Delivery, Outcome, SourceEvents } from '../source/bundle-source.ts';
import { openFileSource } from '../source/file-source.ts';
import { openHttpSource } from '../source/http-source.ts';
import { BundleStore } from '../store/bundle-store.ts';
import { type BundleStatus, StatusRecord } from './bundle-status.ts';
import type { Candidate } from './candidate.ts';
import { FollowedPin } from './followed-pin.ts';
import { KeptVersions, sha256 } from './kept-versions.ts';
import { causeOf, diskProblem, problemOf } from './problem.ts';
import { Verifier } from './verifier.ts';

export type FeedOptions = Readonly<{
  folder: string;
  log: Log;
  clock: Clock;
  random: () => number;
  /** Another version may be wanted than before; resolves when it was tried. */
  wantsStaging(feed: BundleFeed): Promise<void>;
  statusChanged(): void;
}>;

export class BundleFeed {
  readonly name: string;
  readonly #config: BundleConfig;
  readonly #options: FeedOptions;
  readonly #log: Log;
  readonly #verifier: Verifier;
  readonly #kept: KeptVersions;
  readonly #pin: FollowedPin;
  readonly #status: StatusRecord;
  readonly #firstAttempt = Promise.withResolvers<void>();
  #newest: Candidate | undefined;
  #active: Candidate | undefined;
  #source: BundleSource | undefined;

  constructor(config: BundleConfig, options: FeedOptions) {
    this.name = config.name;
    this.#config = config;
    this.#options = options;
    this.#log = options.log.child({ bundle: config.name });
    this.#status = new StatusRecord({ log: this.#log, changed: options.statusChanged });
    this.#verifier = new Verifier(config);
    const store = new BundleStore(options.folder, config.name);
    this.#kept = new KeptVersions({ store, url: config.url, open: (bytes) => this.#verifier.open(bytes) });
    this.#pin = new FollowedPin({
      store,
      load: (digest) => this.#kept.load(digest),
      log: this.#log,
      problem: (problem) => this.#status.setProblem('pin', problem),
      changed: async () => {
        options.statusChanged();
        await options.wantsStaging(this);
      },
    });
  }

  /** A file tells at once what is current: the disk's version stands in for it only when it can't be read. */
  get isFile(): boolean {
    return !/^https?:/i.test(this.#config.url);
  }

  /** Resolves once there is a version to begin with, or the first attempt to get one ended. */
  get firstAttempt(): Promise<void> {
    return this.#firstAttempt.promise;
  }

  /** The version that should be active. */
  get wanted(): Candidate | undefined {
    if (this.#pin.pin === undefined) return this.#newest;
    // A pin that can't be followed changes nothing: least of all does it let in what was rolled back.
    return this.#pin.version ?? this.#active;
  }

  get active(): Candidate | undefined {
    return this.#active;
  }

  /** Takes what is on the disk, before the source is asked. */
  async load(): Promise<void> {
    try {
      this.#newest = await this.#kept.latest();
    } catch (thrown) {
      this.#status.setProblem('disk', diskProblem(thrown));
    }
    await this.#pin.read();
    if (this.wanted !== undefined && !this.isFile) this.#firstAttempt.resolve();
  }

  start(): void {
    const events = this.#sourceEvents();
    const { random } = this.#options;
    this.#source = this.isFile
      ? openFileSource(this.#config, events)
      : openHttpSource(this.#config, { etag: this.#newest?.etag, events, random });
    this.#pin.watch();
  }

  async close(): Promise<void> {
    this.#status.close();
    await Promise.all([this.#verifier.close(), this.#pin.close(), this.#source?.close()]);
  }

  /** The version was staged with those of all other bundles. */
  async activated(candidate: Candidate, stagingMs: number): Promise<void> {
    if (candidate === this.wanted) this.#status.setProblem('staging', undefined);
    if (candidate === this.#active) return;
    this.#active = candidate;
    const { revision, digest } = candidate.bundle;
    const now = this.#options.clock.now();
    const pinned = candidate === this.#pin.version;
    this.#status.happened('lastSuccessfulActivation', now);
    this.#status.took('bundle_activation', stagingMs);
    this.#log.info({ revision, digest, from: candidate.from, pinned }, 'bundle is active');
    this.#options.statusChanged();
    try {
      await this.#kept.keep(candidate, now, { pinned });
      this.#status.setProblem('disk', undefined);
    } catch (thrown) {
      this.#status.setProblem('disk', diskProblem(thrown));
    }
  }

  /** The version was not staged, and the one before it stays. */
  refused(thrown: unknown): void {
    this.#status.setProblem('staging', problemOf(thrown), causeOf(thrown));
  }

  status(): BundleStatus {
    const { bundle, from, currentAt = 0 } = this.#active ?? {};
    const newest = this.#newest?.bundle;
    const age = Math.max(0, Math.round((this.#options.clock.now() - currentAt) / 1000));
    return {
      name: this.name,
      ...(bundle === undefined || from === undefined
        ? {}
        : { activeRevision: bundle.revision, activeDigest: bundle.digest, size: bundle.bytes, from, age }),
      ...this.#status.report(),
      ...(this.#pin.pin === undefined ? {} : { pinned: this.#pin.pin }),
      ...(newest === undefined || newest.digest === bundle?.digest
        ? {}
        : { waiting: { revision: newest.revision, digest: newest.digest } }),
    };
  }

  #sourceEvents(): SourceEvents {
    const { clock } = this.#options;
    const answered = (): void => {
      this.#status.happened('lastSuccessfulRequest', clock.now());
      this.#status.setProblem('request', undefined);
    };
    return {
      requested: () => this.#status.happened('lastRequest', clock.now()),
      unchanged: () => {
        answered();
        this.#confirm();
      },
      received: async (delivery) => {
        answered();
        const outcome = await this.#received(delivery);
        this.#firstAttempt.resolve();
        return outcome;
      },
      failed: (failure) => {
        this.#status.setProblem('request', problemOf(failure), failure.cause);
        this.#firstAttempt.resolve();
      },
    };
  }

  async #received({ bytes, etag, requestMs }: Delivery): Promise<Outcome> {
    this.#status.took('bundle_request', requestMs);
    const digest = sha256(bytes);
    if (digest === this.#newest?.bundle.digest) {
      this.#newest.etag = etag;
      this.#confirm();
      return 'known';
    }
    const { clock } = this.#options;
    const started = performance.now();
    try {
      const bundle = await this.#verifier.open(bytes);
      this.#status.took('rego_load_bundles', performance.now() - started);
      this.#newest = { bundle, bytes, etag, from: 'server', currentAt: clock.now() };
    } catch (thrown) {
      this.#status.setProblem('download', problemOf(thrown), causeOf(thrown));
      return 'damaged';
    }
    this.#confirm();
    this.#status.happened('lastSuccessfulDownload', clock.now());
    this.#log.info({ revision: this.#newest.bundle.revision, digest }, 'bundle was downloaded and verified');
    await this.#options.wantsStaging(this);
    return 'new';
  }

  /** The source has just said that the newest version is the current one. */
  #confirm(): void {
    this.#status.setProblem('download', undefined);
    if (this.#newest === undefined) return;
    this.#newest.from = 'server';
    this.#newest.currentAt = this.#options.clock.now();
  }
}
