// A database with everything that facts follow, and a function that reads the facts of a text.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import {
  type CatalogData,
  catalogQuery,
  createResolver,
  type FactsAnswer,
  loadSnapshot,
  readFacts,
  resolverRoleSql,
  type Snapshot,
} from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { loadGrammar } from '../../../gateway/sql/index.ts';
import { startPostgres } from '../../support/postgres.ts';
import type { PostgresVersion } from '../../support/postgres-binaries.ts';
import { patience } from '../resolver/fixture.ts';
import { PlayingSession } from '../resolver/playing-session.ts';

const password = 'resolver-password-of-the-tests';
const searchPath = ['pg_catalog', 'public'];

const nothing = { reads: [], carries: [], writes: [] };
export const data: CatalogData = {
  columns: { 'public.customers.ssn': ['pii.ssn'], 'public.customers.email': ['pii.email'] },
  functions: {
    'public.vouched_for(integer, integer)': nothing,
    'public.vouched_for_checked(checked)': nothing,
    'public.vouched_for_all(integer[])': nothing,
    'public.vouched_named(integer, integer)': nothing,
    'public.vouched(integer)': { reads: ['public.customers.ssn'], carries: ['pii.ssn'], writes: [] },
  },
};

export type FactsStage = Readonly<{
  admin: pg.Client;
  catalog: Snapshot;
  /** A connection as the superuser that can lend itself. */
  session(): Promise<PlayingSession>;
  facts(text: string, parameterTypes?: readonly number[]): Promise<FactsAnswer>;
  stop(): Promise<void>;
}>;

/** `more`: what the database has beside schema.sql. */
export async function startFactsStage(version: PostgresVersion, more = ''): Promise<FactsStage> {
  await loadGrammar();
  const server = await startPostgres({ version });
  const admin = new pg.Client({ connectionString: server.connectionString() });
  await admin.connect();
  await admin.query(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'));
  if (more !== '') await admin.query(more);
  const role = { role: 'resolver', database: 'postgres', schemas: ['public'] };
  await admin.query(`${resolverRoleSql(role)} ALTER ROLE resolver PASSWORD '${password}'`);
  const connect = async (): Promise<pg.Client> => {
    const { host, port } = server;
    const client = new pg.Client({ host, port, user: 'resolver', password, database: 'postgres' });
    await client.connect();
    return client;
  };
  const reader = await connect();
  const catalog = await loadSnapshot(catalogQuery(reader), { log: silentLog, data });
  await reader.end();
  const resolver = await createResolver({ connect, log: silentLog }, patience);
  return {
    admin,
    catalog,
    async session() {
      const client = new pg.Client({ connectionString: server.connectionString() });
      await client.connect();
      return new PlayingSession(client);
    },
    facts: (text, parameterTypes = []) =>
      readFacts({
        text,
        parameterTypes,
        catalog,
        searchPath,
        statementBytes: 1_000_000,
        named: (_of, name) =>
          name === 'known'
            ? { text: 'SELECT ssn FROM customers WHERE id = $1', parameterTypes: [] }
            : undefined,
        resolve: (statement, types) =>
          resolver.resolve({
            text: statement,
            parameterTypes: types,
            context: { searchPath, settings: {} },
            catalogVersion: catalog.version,
          }),
      }),
    async stop() {
      resolver.close();
      await admin.end();
      await server.stop();
    },
  };
}
