// Brings the state database to the form that this version knows: each step once, whoever comes first, nobody twice.
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { Fault } from '../lib/index.ts';
import { type Migration, migrations } from './migrations/index.ts';

/** Any number, the same for all gateways. */
const LOCK = 7_246_113;

const ledger = `
CREATE SCHEMA IF NOT EXISTS portcullis;
CREATE TABLE IF NOT EXISTS portcullis.migration (
  version int PRIMARY KEY,
  name text NOT NULL,
  digest text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)`;

export type Applied = Readonly<{ version: number; name: string; digest: string }>;

export async function migrate(client: Client, steps: readonly Migration[] = migrations): Promise<void> {
  // In one transaction: whoever waits for the lock sees all that was done before.
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(ledger);
    const { rows } = await client.query<Applied>(
      'SELECT version, name, digest FROM portcullis.migration ORDER BY version',
    );
    checkApplied(rows, steps);
    for (const { name, sql } of steps.slice(rows.length)) {
      const version = steps.findIndex((step) => step.name === name) + 1;
      await client.query(sql);
      const values = [version, name, digestOf(sql)];
      await client.query(
        'INSERT INTO portcullis.migration (version, name, digest) VALUES ($1, $2, $3)',
        values,
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** How many steps are still to be made. Throws where this version didn't make what is there. */
export function missingSteps(applied: readonly Applied[], steps: readonly Migration[] = migrations): number {
  checkApplied(applied, steps);
  return steps.length - applied.length;
}

/** What is there must be what this version would have made, as far as it goes, and no more. */
function checkApplied(applied: readonly Applied[], steps: readonly Migration[]): void {
  if (applied.length > steps.length)
    throw new Fault('state_newer', { version: applied.length, known: steps.length });
  for (const [index, { version, digest }] of applied.entries()) {
    const step = steps[index];
    if (step === undefined || version !== index + 1 || digest !== digestOf(step.sql))
      throw new Fault('state_differs', { version });
  }
}

const digestOf = (sql: string): string => createHash('sha256').update(sql).digest('hex');
