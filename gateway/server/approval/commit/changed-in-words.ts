// How many rows a transaction has changed so far, by statement and in all, in sentences for those who agree to it.
import type { Ran, Statement } from '../../../session/index.ts';
import { NotedStatement } from './noted-statement.ts';

/** The names of tables by their object ids. */
export type TableNames = ReadonlyMap<string, string>;

export async function namesOfTables(ran: readonly Ran[], statement: Statement): Promise<TableNames> {
  const ids = new Set(
    ran.flatMap(({ tables }) => [...(tables?.keys() ?? [])]).filter((id) => /^\d+$/.test(id)),
  );
  if (ids.size === 0) return new Map();
  const rows =
    await statement.ask(`SELECT c.oid::pg_catalog.text, pg_catalog.concat(n.nspname, '.', c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.oid OPERATOR(pg_catalog.=) ANY ('{${[...ids].join(',')}}'::pg_catalog.oid[])`);
  return new Map(rows.map(([id, name]) => [id ?? '', name ?? '']));
}

/** Of one statement, or of all. */
export function changedInWords(ran: readonly Ran[], names: TableNames): string {
  const tables = new Map<string, number>();
  for (const { tables: counts } of ran) {
    for (const [id, count] of counts ?? []) {
      const name = names.get(id) ?? 'a table that is gone';
      tables.set(name, (tables.get(name) ?? 0) + count);
    }
  }
  const uncounted = ran.filter(isUncounted);
  const counted = [...tables].map(([name, count]) => `${rowsOf(count)} of ${name}`);
  if (uncounted.length === 0) {
    const what = counted.length === 0 ? 'no row' : list(counted);
    return `It has changed ${what}, triggers and foreign keys included.`;
  }
  const said = uncounted.reduce((sum, { rows }) => sum + rows, 0);
  const rest = `${said > 0 ? `${rowsOf(said)} by what the commands say, and ` : ''}an unknown number of rows that the database does not count, as those of TRUNCATE`;
  return `It has changed ${list([...counted, rest])}.`;
}

/** Nobody knows how many rows it has changed. */
export const isUncounted = ({ tables, note }: Ran): boolean =>
  tables === undefined || (note instanceof NotedStatement && note.truncates);

const rowsOf = (count: number): string => `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
