// A database to resolve statements of, and a resolver whose role reads none of it.
import pg from 'pg';
import {
  type AnalysisContext,
  createResolver,
  type Resolution,
  type ResolveRequest,
  type Resolver,
  type ResolverOptions,
  resolverRoleSql,
} from '../../../gateway/catalog/index.ts';
import { OffThread, silentLog } from '../../../gateway/lib/index.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import type { PostgresVersion } from '../../support/postgres-binaries.ts';

const password = 'resolver-password-of-the-tests';

export const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, ssn text, "Größe" int, since timestamptz);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer int REFERENCES customers, total numeric, note text);
  CREATE VIEW names AS SELECT id, name FROM customers;
  CREATE SCHEMA other;
  CREATE TABLE other.customers (id text, secret text);
  CREATE SCHEMA closed;
  CREATE TABLE closed.things (id int);
  CREATE TYPE other."Mood ""x""" AS ENUM ('glad', 'sad');
  CREATE FUNCTION touch(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
`;

export type Stage = Readonly<{
  server: Postgres;
  admin: pg.Client;
  resolver: Resolver;
  /** The clients that the resolver was given. */
  clients: readonly pg.Client[];
  resolve(text: string, request?: Partial<ResolveRequest>): Promise<Resolution>;
  stop(): Promise<void>;
}>;

export const context: AnalysisContext = { searchPath: ['pg_catalog', 'public'], settings: {} };

/** Limits that only a server that hangs reaches, for tests of anything else than limits. */
export const patience = { probeMilliseconds: 120_000, connectMilliseconds: 120_000 };

export function resolverClient({ host, port }: Postgres): pg.Client {
  return new pg.Client({ host, port, user: 'resolver', password, database: 'postgres' });
}

export async function startStage(
  version: PostgresVersion,
  options: Partial<ResolverOptions> = {},
): Promise<Stage> {
  const server = await startPostgres({
    version,
    settings: { log_statement: 'all', max_prepared_transactions: '5' },
  });
  const admin = new pg.Client({ connectionString: server.connectionString() });
  await admin.connect();
  await admin.query(schema);
  const role = { role: 'resolver', database: 'postgres', schemas: ['public', 'other'] };
  await admin.query(`${resolverRoleSql(role)} ALTER ROLE resolver PASSWORD '${password}'`);
  const clients: pg.Client[] = [];
  const connect = async (): Promise<pg.Client> => {
    const client = resolverClient(server);
    await client.connect();
    clients.push(client);
    return client;
  };
  const thread = new OffThread({ milliseconds: 120_000 });
  const resolver = await createResolver({ connect, log: silentLog, thread }, { ...patience, ...options });
  return {
    server,
    admin,
    resolver,
    clients,
    resolve: (text, request = {}) =>
      resolver.resolve({ text, parameterTypes: [], context, catalogVersion: '1', ...request }),
    async stop() {
      resolver.close();
      await thread.close();
      await admin.end();
      await server.stop();
    },
  };
}

/** The resolution's tree, or a message that says what came in its place. */
export function treeOf(resolution: Resolution): Extract<Resolution, { kind: 'tree' }> {
  if (resolution.kind !== 'tree') throw new Error(JSON.stringify(resolution));
  return resolution;
}
