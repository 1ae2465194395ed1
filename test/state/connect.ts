// Connections to a state database of the tests.
import pg from 'pg';
import type { Postgres } from '../support/postgres.ts';

export async function connectTo(postgres: Pick<Postgres, 'connectionString'>): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.connectionString() });
  // The server may stop while a connection is being made.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
