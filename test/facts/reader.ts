// The facts of statements of one test database, with everything that they need behind them.
import pg from 'pg';
import {
  type CatalogData,
  catalogQuery,
  createResolver,
  type FactsAnswer,
  loadSnapshot,
  noCatalogData,
  readFacts,
  type Snapshot,
} from '../../gateway/catalog/index.ts';
import { silentLog } from '../../gateway/lib/index.ts';
import type { StatementFacts } from '../../gateway/sql/index.ts';

export interface FactsReader {
  /** Of the catalog as it was at the last `refresh`. */
  readonly catalog: Snapshot;
  readonly searchPath: readonly string[];
  read(text: string, parameterTypes?: readonly number[]): Promise<FactsAnswer>;
  /** The facts of a text that holds one statement; undefined when the server refuses it. */
  readOne(text: string, parameterTypes?: readonly number[]): Promise<StatementFacts | undefined>;
  /** After the database was changed. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export type ReaderOptions = Readonly<{
  data?: CatalogData;
  searchPath?: readonly string[];
}>;

const STATEMENT_BYTES = 1 << 24;
/** A slow machine must not look like an opaque statement. */
const PATIENCE = 60_000;

/** `connectionString` is of a role that may do everything: what facts say isn't to hang on rights. */
export async function createFactsReader(
  connectionString: string,
  { data = noCatalogData, searchPath = ['pg_catalog', 'public'] }: ReaderOptions = {},
): Promise<FactsReader> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const connect = async (): Promise<pg.Client> => {
    const another = new pg.Client({ connectionString });
    await another.connect();
    return another;
  };
  const resolver = await createResolver(
    { connect, log: silentLog },
    { statementBytes: STATEMENT_BYTES, probeMilliseconds: PATIENCE },
  );
  const load = (): Promise<Snapshot> => loadSnapshot(catalogQuery(client), { data, log: silentLog });
  let catalog = await load();
  const read: FactsReader['read'] = (text, parameterTypes = []) =>
    readFacts({
      text,
      parameterTypes,
      catalog,
      searchPath,
      resolve: (one, types) =>
        resolver.resolve({
          text: one,
          parameterTypes: types,
          context: { searchPath, settings: {} },
          catalogVersion: catalog.version,
        }),
      named: () => undefined,
      statementBytes: STATEMENT_BYTES,
    });
  return {
    get catalog() {
      return catalog;
    },
    searchPath,
    read,
    async readOne(text, parameterTypes) {
      const answer = await read(text, parameterTypes);
      return answer.kind === 'facts' ? answer.statements[0] : undefined;
    },
    async refresh() {
      catalog = await load();
      resolver.invalidate();
    },
    async close() {
      resolver.close();
      await client.end();
    },
  };
}
