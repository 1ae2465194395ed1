// Facts of single statements for the command line: from the database's catalog as it is now, by the resolver's connections.

import type pg from 'pg';
import {
  type CatalogData,
  type CatalogFinding,
  catalogQuery,
  createResolver,
  type FactsAnswer,
  loadSnapshot,
  readFacts,
} from '../../catalog/index.ts';
import { silentLog } from '../../lib/index.ts';
import { CommandError } from '../command.ts';
import type { ResolverAccess } from '../resolver-access.ts';

export interface FactsReader {
  /** What the data and comments name in vain. */
  readonly findings: readonly CatalogFinding[];
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** As of the first statement of a new session. */
  read(statement: string, parameterTypes: readonly number[]): Promise<FactsAnswer>;
  /** OIDs of types, by the names that SQL has for them. */
  typeOids(names: readonly string[]): Promise<number[]>;
  close(): void;
}

export type FactsReaderOptions = Readonly<{
  data: CatalogData;
  /** What the session has set; undefined: the path that the resolver role begins with. */
  searchPath: readonly string[] | undefined;
  statementBytes: number;
}>;

export async function createFactsReader(
  { connect }: Pick<ResolverAccess, 'connect'>,
  { data, searchPath: typed, statementBytes }: FactsReaderOptions,
): Promise<FactsReader> {
  const client = await connect();
  const catalog = await loadSnapshot(catalogQuery(client), { data, log: silentLog });
  const searchPath = await effectivePath(client, typed);
  // One after the other: more connections would wait for nothing.
  const options = { connections: 1, probeMilliseconds: 10_000, statementBytes };
  const resolver = await createResolver({ connect, log: silentLog }, options);
  const context = { searchPath, settings: {} };
  return {
    findings: catalog.findings,
    serverVersion: catalog.serverVersion,
    read: (text, parameterTypes) =>
      readFacts({
        text,
        parameterTypes,
        catalog,
        searchPath,
        resolve: (one, types) =>
          resolver.resolve({ text: one, parameterTypes: types, context, catalogVersion: catalog.version }),
        named: () => undefined,
        statementBytes,
      }),
    typeOids: (names) => typeOids(client, names),
    close: () => resolver.close(),
  };
}

async function effectivePath(client: pg.Client, typed: readonly string[] | undefined): Promise<string[]> {
  if (typed !== undefined) {
    const quoted = typed.map((schema) => client.escapeIdentifier(schema)).join(', ');
    await client.query("SELECT pg_catalog.set_config('search_path', $1, false)", [quoted]);
  }
  const { rows } = await client.query<{ path: string[] }>(
    'SELECT pg_catalog.current_schemas(true)::pg_catalog.text[] AS path',
  );
  const path = rows[0]?.path ?? [];
  const missing = typed?.find((schema) => !path.includes(schema));
  if (missing === undefined) return path;
  throw new CommandError(`the resolver role finds no schema "${missing}", or may not use it`);
}

async function typeOids(client: pg.Client, names: readonly string[]): Promise<number[]> {
  const oids: number[] = [];
  for (const name of names) {
    const { rows } = await client.query<{ oid: number | null }>(
      'SELECT pg_catalog.to_regtype($1)::pg_catalog.oid AS oid',
      [name],
    );
    const oid = rows[0]?.oid ?? undefined;
    if (oid === undefined) throw new CommandError(`the database has no type "${name}"`);
    oids.push(oid);
  }
  return oids;
}
