// Reads everything from one version of the database: a read-only transaction with a single view of the rows.
import type { CatalogQuery } from './catalog-query.ts';

/**
 * Under an empty search path pg_catalog is searched first, and format_type names the schema of every other type.
 * Compiling these plans takes longer than running them, a second process isn't worth its start, and the columns are
 * sorted without a file. A statement that never ends isn't waited for.
 */
const settings: Readonly<Record<string, string>> = {
  search_path: '',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  work_mem: '32MB',
  statement_timeout: '60s',
  idle_in_transaction_session_timeout: '60s',
};

const settingSql = `SELECT ${Object.entries(settings)
  .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
  .join(', ')}`;

export async function inOneVersion<Result>(
  query: CatalogQuery,
  read: () => Promise<Result>,
): Promise<Result> {
  await query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await query(settingSql);
    const result = await read();
    await query('COMMIT');
    return result;
  } catch (error) {
    // The first error says more than that of the rollback.
    await query('ROLLBACK').catch(() => {});
    throw error;
  }
}
