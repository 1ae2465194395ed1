// A server with a schema of one test file, and snapshots of it as the resolver's role sees it.
import pg from 'pg';
import {
  catalogQuery,
  loadSnapshot,
  resolverRoleSql,
  type Snapshot,
  type SnapshotOptions,
} from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import type { Column, Relation } from '../../../gateway/sql/index.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import type { PostgresVersion } from '../../support/postgres-binaries.ts';

const password = 'resolver-password-of-the-tests';

export const versions = [15, 18] as const;
export const path = ['pg_catalog', 'public'];

export type CatalogStage = Readonly<{
  server: Postgres;
  admin: pg.Client;
  /** As the resolver's role, which may read nothing but the catalog. */
  connect(): Promise<pg.Client>;
  load(options?: Partial<SnapshotOptions>): Promise<Snapshot>;
  stop(): Promise<void>;
}>;

export async function startCatalog(version: PostgresVersion, schema: string): Promise<CatalogStage> {
  const server = await startPostgres({ version });
  const admin = new pg.Client({ connectionString: server.connectionString() });
  await admin.connect();
  await admin.query(resolverRoleSql({ role: 'resolver', database: 'postgres', schemas: ['public'] }));
  await admin.query(`ALTER ROLE resolver PASSWORD '${password}'`);
  if (schema !== '') await admin.query(schema);
  const { host, port } = server;
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ host, port, user: 'resolver', password, database: 'postgres' });
    await client.connect();
    return client;
  };
  const load = async (options: Partial<SnapshotOptions> = {}): Promise<Snapshot> => {
    const client = await connect();
    try {
      return await loadSnapshot(catalogQuery(client), { log: silentLog, ...options });
    } finally {
      await client.end();
    }
  };
  const stop = async (): Promise<void> => {
    await admin.end();
    await server.stop();
  };
  return { server, admin, connect, load, stop };
}

/** By "name" in public, or "schema.name". */
export function relationOf(snapshot: Snapshot, name: string): Relation {
  const [schema, own] = name.includes('.') ? name.split('.') : ['public', name];
  const relation = snapshot.findRelation(schema, own as string, []);
  if (relation === undefined) throw new Error(`the snapshot has no ${name}`);
  return relation;
}

export function columnOf(snapshot: Snapshot, relation: string, name: string): Column {
  const column = relationOf(snapshot, relation).columns.find((candidate) => candidate?.name === name);
  if (column === undefined) throw new Error(`${relation} has no column ${name}`);
  return column;
}

/** "pii.ssn", "pii.ssn < public.parent", with where it comes from when asked. */
export function labelsOf(snapshot: Snapshot, relation: string, name: string): string[] {
  return columnOf(snapshot, relation, name).labels.map(({ name: label, inheritedFrom }) =>
    inheritedFrom === undefined ? label : `${label} < ${inheritedFrom}`,
  );
}
