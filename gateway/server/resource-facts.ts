// What one resource's statements are read with: its catalog, its resolver and the threads for long statements.
import {
  type Catalog,
  type CatalogData,
  createCatalog,
  createResolver,
  DatabaseFacts,
  type Resolver,
} from '../catalog/index.ts';
import { type Clock, type Log, OffThread } from '../lib/index.ts';
import { openClient, type Upstream } from '../upstream/index.ts';

/** A catalog that the server has not confirmed for longer is not decided by. */
const UNVERIFIED_MAX_MS = 60_000;

export type ResourceFactsOptions = Readonly<{
  upstream: Upstream;
  /** Labels, and functions that are vouched for. */
  data: CatalogData;
  log: Log;
  clock: Clock;
  statementBytes: number;
  looksAlways: () => boolean;
}>;

export class ResourceFacts {
  readonly facts: DatabaseFacts;
  readonly #catalog: Catalog;
  readonly #resolver: Resolver;
  readonly #thread: OffThread;

  private constructor(
    catalog: Catalog,
    resolver: Resolver,
    { log, clock, statementBytes, looksAlways }: ResourceFactsOptions,
  ) {
    this.#catalog = catalog;
    this.#resolver = resolver;
    this.#thread = new OffThread();
    const current = () => (catalog.age() > UNVERIFIED_MAX_MS ? undefined : catalog.current());
    this.facts = new DatabaseFacts({
      catalog: { current, refresh: () => catalog.refresh() },
      resolver,
      thread: this.#thread,
      log,
      clock,
      statementBytes,
      looksAlways,
    });
  }

  /** Begins to load the catalog, which statements wait for. */
  static async create(options: ResourceFactsOptions): Promise<ResourceFacts> {
    const { upstream, data, log, clock } = options;
    const connect = () =>
      openClient(upstream, { credential: 'resolver', applicationName: 'portcullis resolver' });
    const catalog = createCatalog({ connect, log, clock, data });
    const resolver = await createResolver({ connect, log });
    const facts = new ResourceFacts(catalog, resolver, options);
    // Whoever comes first waits for it.
    facts.facts.schemaChanged(() => catalog.start());
    return facts;
  }

  /** As the server said it last; undefined until the catalog was read. */
  get serverVersion(): number | undefined {
    return this.#catalog.current()?.serverVersion;
  }

  get catalog(): Pick<Catalog, 'current' | 'onChange'> {
    return this.#catalog;
  }

  /** Milliseconds since the server confirmed it; undefined until the catalog was read. */
  get catalogAge(): number | undefined {
    const age = this.#catalog.age();
    return Number.isFinite(age) ? age : undefined;
  }

  /** Nobody is answered by what was known before. */
  setData(data: CatalogData): void {
    this.facts.schemaChanged(() => this.#catalog.setData(data));
  }

  close(): void {
    this.#catalog.close();
    this.#resolver.close();
    void this.#thread.close();
  }
}
