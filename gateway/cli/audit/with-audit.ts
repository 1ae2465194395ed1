// Asks the events of a place, wherever that is.
import { Client } from 'pg';
import { Answers } from '../../audit/index.ts';
import type { Invocation } from '../command.ts';
import { explained } from './database-error.ts';
import { readPlace } from './place.ts';

const questionMilliseconds = 60_000;

export async function withAudit<T>(
  invocation: Invocation,
  use: (answers: Answers) => Promise<T>,
): Promise<T> {
  const place = await readPlace(invocation);
  if ('files' in place) return await use(Answers.fromFiles(place.files));
  return await withClient(place.url, (client) => use(Answers.fromPostgres(client)));
}

const withClient = <T>(url: string, use: (client: Client) => Promise<T>): Promise<T> =>
  connected(url, use, {
    statement_timeout: questionMilliseconds,
    options: '-c default_transaction_read_only=on',
  });

/** Who may change the tables, for as long as that takes. */
export const withOwner = <T>(url: string, use: (client: Client) => Promise<T>): Promise<T> =>
  connected(url, use, {});

async function connected<T>(
  url: string,
  use: (client: Client) => Promise<T>,
  settings: Readonly<{ statement_timeout?: number; options?: string }>,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'portcullis audit',
    connectionTimeoutMillis: 10_000,
    ...settings,
  });
  try {
    await client.connect();
    return await use(client);
  } catch (error) {
    throw explained(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
