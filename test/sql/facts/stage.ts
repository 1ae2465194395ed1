// A real server with a schema, its catalog as a snapshot, and the analyzed trees of statements.
import pg from 'pg';
import { catalogQuery } from '../../../gateway/catalog/snapshot/catalog-query.ts';
import { loadSnapshot } from '../../../gateway/catalog/snapshot/load-snapshot.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import type { CatalogView } from '../../../gateway/sql/facts/catalog-view.ts';
import { type Query, readFunctionBody } from '../../../gateway/sql/index.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';

export type Stage = Readonly<{
  server: Postgres;
  client: pg.Client;
  catalog: CatalogView;
  /** What PostgreSQL makes of the statement; `whileThere` runs while the function that holds it exists. */
  analyze(
    statement: string,
    parameters?: string,
    whileThere?: (oid: number) => Promise<unknown>,
  ): Promise<Query>;
  stop(): Promise<void>;
}>;

export async function startStage(version: 15 | 18, schema: string): Promise<Stage> {
  const server = await startPostgres({ version });
  const client = new pg.Client({ connectionString: server.connectionString() });
  await client.connect();
  await client.query(schema);
  const catalog = await loadSnapshot(catalogQuery(client), { log: silentLog });
  return {
    server,
    client,
    catalog,
    async analyze(statement, parameters = '', whileThere = async () => {}) {
      await client.query('BEGIN');
      try {
        await client.query(
          `CREATE FUNCTION pg_temp.probe(${parameters}) RETURNS void LANGUAGE sql BEGIN ATOMIC ${statement}; END`,
        );
        const { rows } = await client.query<{ oid: number; body: string }>(
          "SELECT oid, prosqlbody::text AS body FROM pg_proc WHERE proname = 'probe'",
        );
        const { oid, body } = rows[0] as { oid: number; body: string };
        await whileThere(oid);
        const reading = readFunctionBody(body, server.version);
        if (!reading.known) throw new Error(`unknown nodes: ${JSON.stringify(reading.unknown)}`);
        return reading.tree[0] as Query;
      } finally {
        await client.query('ROLLBACK');
      }
    },
    async stop() {
      await client.end();
      await server.stop();
    },
  };
}
