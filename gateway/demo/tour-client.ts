// The tour's client: npm pg, as an application would use it.

import pg from 'pg';
import type { Demo } from './start.ts';

export type Client = pg.Client;
type Row = Readonly<Record<string, string>>;

export async function connect(demo: Demo, password: string, user = 'token'): Promise<Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: demo.ports.gateway,
    user,
    password,
    database: 'shop',
    application_name: 'tour',
    connectionTimeoutMillis: 30_000,
  });
  // Without a listener an error between statements would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export async function query(client: Client, sql: string): Promise<readonly Row[]> {
  const result = await client.query<Row>(sql);
  return Array.isArray(result) ? [] : result.rows;
}

/** Resolves to what the refusal says; throws when somebody gets in. */
export async function expectRefusal(demo: Demo, password: string): Promise<string> {
  const outcome = await connect(demo, password).then(
    (client) => client,
    (error: Error & { code?: string }) => error,
  );
  if (outcome instanceof pg.Client) {
    await outcome.end();
    throw new Error('the login succeeded');
  }
  if (outcome.code !== '28P01')
    throw new Error(`refused with ${outcome.code ?? outcome.message} instead of 28P01`);
  return `"${outcome.message}"`;
}
