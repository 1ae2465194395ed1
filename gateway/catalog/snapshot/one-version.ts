// Reads everything from one version of the database: a read-only transaction with a single view of the rows.
import type { CatalogQuery } from './catalog-query.ts';

/**
 * Under an empty search path pg_catalog is searched first, and format_type names the schema of every other type.
 * Compiling plans costs more than running them; a statement that never ends isn't waited for.
 */
const surroundings = [
  "SET LOCAL search_path TO ''",
  'SET LOCAL jit TO off',
  "SET LOCAL statement_timeout TO '60s'",
  "SET LOCAL idle_in_transaction_session_timeout TO '60s'",
];

export async function inOneVersion<Result>(
  query: CatalogQuery,
  read: () => Promise<Result>,
): Promise<Result> {
  await query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    for (const setting of surroundings) await query(setting);
    const result = await read();
    await query('COMMIT');
    return result;
  } catch (error) {
    // The first error says more than that of the rollback.
    await query('ROLLBACK').catch(() => {});
    throw error;
  }
}
