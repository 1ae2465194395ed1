// Everything that a client can see of its own session, to be compared before and after.
import type { Client } from 'pg';

const looks = {
  settings: `SELECT name, setting FROM pg_settings ORDER BY name`,
  transaction: `SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'),
    current_setting('transaction_deferrable'), current_schemas(true)::text, current_user, session_user`,
  prepared: 'SELECT name, statement FROM pg_prepared_statements ORDER BY name',
  cursors: 'SELECT name, statement, is_holdable, creation_time::text FROM pg_cursors ORDER BY name',
  temporary: `SELECT pg_my_temp_schema()::int, (SELECT count(*)::int FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
    (SELECT count(*)::int FROM pg_proc WHERE pronamespace = pg_my_temp_schema()),
    (SELECT count(*)::int FROM pg_type WHERE typnamespace = pg_my_temp_schema())`,
  objects: `SELECT (SELECT count(*)::int FROM pg_proc), (SELECT count(*)::int FROM pg_class),
    (SELECT count(*)::int FROM pg_namespace), (SELECT count(*)::int FROM pg_depend),
    (SELECT count(*)::int FROM pg_type)`,
  sequences: `SELECT sequencename, last_value::text FROM pg_sequences ORDER BY 1`,
  channels: 'SELECT pg_listening_channels()',
  // At the end: the others take some.
  locks: `SELECT locktype, relation::regclass::text, mode FROM pg_locks
    WHERE pid = pg_backend_pid() AND relation >= 16384 ORDER BY 2, 3`,
};

/** In a transaction, its beginning is one of the things that must stay. */
const inTransaction = { ...looks, begun: 'SELECT now()::text' };

export async function tracesOf(
  client: Client,
  transaction: 'idle' | 'open',
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const traces: Record<string, readonly unknown[]> = {};
  for (const [name, text] of Object.entries(transaction === 'open' ? inTransaction : looks))
    traces[name] = (await client.query({ text, rowMode: 'array' })).rows;
  return traces;
}
