// Looks for columns of one database that look sensitive and have no label: after its catalog changed, and from time to
// time at values where the configuration says so.
import { type Catalog, catalogQuery, joinName } from '../../catalog/index.ts';
import {
  classify,
  defaultSampleOptions,
  type Proposal,
  type Sampled,
  sampleColumns,
} from '../../classify/index.ts';
import type { DiscoveryConfig } from '../../config/index.ts';
import type { Log } from '../../lib/index.ts';
import type { openClient } from '../../upstream/index.ts';

/** A migration changes the catalog many times. */
const settleMilliseconds = 2_000;
/** Looks take this share of the time at most, however often the catalog changes. */
const largestShare = 0.05;
/** The log is for what is new: a whole database without labels is told as a number. */
const mostLines = 50;

/** Where the configuration says nothing of it: as the schema has it for each key. */
export const defaultDiscovery: DiscoveryConfig = {
  enabled: true,
  min_confidence: 0.7,
  sample: false,
  credential: 'classifier',
  every_seconds: 3600,
};

export type DiscoveryOptions = Readonly<{
  config: DiscoveryConfig;
  catalog: Pick<Catalog, 'current' | 'onChange'>;
  /** As the credential that may read values. */
  connect: () => ReturnType<typeof openClient>;
  log: Log;
}>;

export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #stopListening: () => void;
  readonly #told = new Set<string>();
  #sampled: Sampled | undefined;
  #unlabelled: number | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #rest = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #sampling: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    const { catalog, config } = options;
    this.#stopListening = catalog.onChange(() => this.#soon());
    if (config.sample)
      this.#sampling = setInterval(() => this.#sampleAgain(), config.every_seconds * 1000).unref();
    if (catalog.current() !== undefined) this.#soon();
  }

  /** How many there are; undefined until it has looked. */
  get unlabelled(): number | undefined {
    return this.#unlabelled;
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    clearInterval(this.#sampling);
  }

  #sampleAgain(): void {
    this.#sampled = undefined;
    this.#soon();
  }

  /** What changes while it looks or rests is looked at afterwards. */
  #soon(): void {
    this.#again = true;
    if (this.#timer !== undefined || this.#looking !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
        if (this.#again) this.#soon();
      });
    }, settleMilliseconds + this.#rest).unref();
  }

  async #look(): Promise<void> {
    this.#again = false;
    const { catalog, config, log } = this.#options;
    const snapshot = catalog.current();
    if (snapshot === undefined) return;
    try {
      if (config.sample) this.#sampled ??= await this.#sample(snapshot);
      const began = performance.now();
      const { proposals } = await classify(snapshot, {
        minConfidence: config.min_confidence,
        sampled: this.#sampled?.columns,
      });
      this.#rest = (performance.now() - began) / largestShare;
      this.#unlabelled = proposals.length;
      if (!this.#closed) this.#tell(proposals);
    } catch (error) {
      log.error({ err: error }, 'columns could not be looked at');
    }
  }

  /** Without it, names are looked at all the same. */
  async #sample(snapshot: Parameters<typeof sampleColumns>[1]): Promise<Sampled | undefined> {
    const { connect, log } = this.#options;
    try {
      const client = await connect();
      // What ends a connection is said by the statement that was under way.
      client.on('error', () => undefined);
      try {
        const sampled = await sampleColumns(catalogQuery(client), snapshot, defaultSampleOptions);
        log.info({ tables: sampled.tables, notes: sampled.notes.slice(0, mostLines) }, 'values looked at');
        return sampled;
      } finally {
        await client.end();
      }
    } catch (error) {
      // The server's own words may hold a value.
      const { code, name } = error as { code?: string; name?: string };
      log.warn({ code, name }, 'values could not be looked at');
      return undefined;
    }
  }

  /** Each once, for as long as it is one. */
  #tell(proposals: readonly Proposal[]): void {
    const { log } = this.#options;
    const names = new Map(
      proposals.map((proposal) => [joinName(proposal.schema, proposal.relation, proposal.column), proposal]),
    );
    for (const name of this.#told) if (!names.has(name)) this.#told.delete(name);
    const fresh = [...names].filter(([name]) => !this.#told.has(name));
    for (const [column, { labels, confidence, because }] of fresh.slice(0, mostLines))
      log.warn({ column, labels, confidence, because }, 'column looks sensitive and has no label');
    for (const [name] of fresh) this.#told.add(name);
    if (fresh.length > mostLines)
      log.warn(
        { more: fresh.length - mostLines, unlabelled: proposals.length },
        'more columns look sensitive and have no label; portcullis classify lists them',
      );
  }
}
