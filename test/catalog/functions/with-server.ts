// A server of one version with every extension that it brings and that is reviewed, and what its catalog says of functions.
import pg from 'pg';
import { startPostgres } from '../../support/postgres.ts';
import { reviewedExtensions } from './families/index.ts';

export const serverVersions = [15, 18] as const;

export async function withServer<Result>(
  version: (typeof serverVersions)[number],
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const server = await startPostgres({
    version,
    settings: { shared_preload_libraries: 'pg_stat_statements' },
  });
  const client = new pg.Client(server.connectionString());
  try {
    await client.connect();
    await createExtensions(client);
    return await use(client);
  } finally {
    await client.end();
    await server.stop();
  }
}

async function createExtensions(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM pg_available_extensions WHERE name = ANY ($1) ORDER BY name',
    [reviewedExtensions],
  );
  for (const { name } of rows) await client.query(`CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE`);
}
