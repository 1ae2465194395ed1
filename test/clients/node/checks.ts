// Runs a Node client's checks in the order they are written and prints one JSON line for each.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

/** This client has nothing that the check could try. */
export class Skip extends Error {}

/** A result whose second half is in the client's own words: compared between runs, not with the checklist. */
export class Seen {
  readonly got: unknown;
  readonly seen: unknown;
  constructor(got: unknown, seen: unknown) {
    this.got = got;
    this.seen = seen;
  }
}

const environment = (name: string): string => process.env[name] ?? '';

export const target = {
  host: environment('PGHOST'),
  port: Number(environment('PGPORT')),
  user: environment('PGUSER'),
  password: environment('PGPASSWORD'),
  database: environment('PGDATABASE'),
};
export const application = environment('PGAPPNAME');
export const ca = readFileSync(environment('PGSSLROOTCERT'), 'utf8');
export const otherCa = readFileSync(environment('CLIENTS_OTHER_CA'), 'utf8');

export const lastStatement =
  environment('CLIENTS_LAST_STATEMENT') || 'select pg_terminate_backend(pg_backend_pid())';
export const columns = `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
  where attrelid = 'samples'::regclass and attnum > 1 order by attnum`;
export const rows = "select i, 'row ' || i, null from generate_series(1, 1000) i";
export const fiveMegabytes = 'Größe 5M\n'.repeat(524288);
export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const md5 = (value: string | Buffer): string => createHash('md5').update(value).digest('hex');
export const sameAsColumn = (name: string, type: string): string =>
  `select to_jsonb($1::${type}) = to_jsonb("${name}") as same from samples where id = 1`;

export async function sqlstate(action: Promise<unknown>): Promise<string | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** What Node says of a certificate whose authority it doesn't know, with and without that authority's own along. */
export const isUntrusted = (code: string | undefined): boolean =>
  code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' || code === 'SELF_SIGNED_CERT_IN_CHAIN';

export function skip(reason: string): () => Promise<never> {
  return () => Promise.reject(new Skip(reason));
}

export async function run(checks: Checks): Promise<void> {
  const wanted = environment('CLIENTS_CHECKS').split(',').filter(Boolean);
  for (const [check, action] of Object.entries(checks)) {
    if (wanted.length > 0 && !wanted.includes(check)) continue;
    console.log(JSON.stringify({ check, ...(await attempt(action)) }));
  }
  process.exit(0);
}

async function attempt(action: () => Promise<unknown>): Promise<object> {
  const late = AbortSignal.timeout(60_000);
  const timeout = new Promise<never>((_, reject) =>
    late.addEventListener('abort', () => reject(new Error('took longer than 60 seconds'))),
  );
  try {
    const got = await Promise.race([action(), timeout]);
    return got instanceof Seen ? { ok: true, got: got.got, seen: got.seen } : { ok: true, got };
  } catch (error) {
    return error instanceof Skip ? { skip: error.message } : { ok: false, got: String(error) };
  }
}
