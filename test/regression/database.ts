// The database that the regression suite runs in, as pg_regress itself would create it.
import { stat } from 'node:fs/promises';
import type { Postgres } from '../support/postgres.ts';
import { RawClient } from '../support/raw-client.ts';
import type { Owner } from './suite.ts';

// What pg_regress itself gives a database that it creates.
const DATABASE_SETTINGS = [
  ...['lc_messages', 'lc_monetary', 'lc_numeric', 'lc_time'].map((name) => `${name} TO 'C'`),
  "bytea_output TO 'hex'",
  "timezone_abbreviations TO 'Default'",
];

/** Gives back the user who owns the server's files. */
export async function createRegressionDatabase(server: Postgres, name: string): Promise<Owner> {
  const { host, port, superuser } = server;
  const admin = await RawClient.open({ host, port, ...superuser, database: 'postgres' });
  await admin.rows(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
  for (const setting of DATABASE_SETTINGS) await admin.rows(`ALTER DATABASE ${name} SET ${setting}`);
  const [[directory = null] = []] = await admin.rows('SHOW data_directory');
  await admin.end();
  const { uid, gid } = await stat(directory ?? '');
  return { uid, gid };
}
