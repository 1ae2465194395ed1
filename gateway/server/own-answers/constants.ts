// A query that returns rows of constants, whatever the session's settings are: what the server is sent for an own answer.

export type ColumnType = 'text' | 'uuid' | 'timestamptz';
export type Columns = Readonly<Record<string, ColumnType>>;

/** Undefined is NULL. Column names are ours. */
export function constantsQuery(
  name: string,
  columns: Columns,
  rows: readonly Readonly<Record<string, string | undefined>>[],
): string {
  const types = Object.entries(columns);
  const valuesOf = (row: Readonly<Record<string, string | undefined>>): string =>
    `(${types.map(([column, type]) => `${literal(row[column])}::pg_catalog.${type}`).join(', ')})`;
  const values = (rows.length === 0 ? [{}] : rows).map(valuesOf).join(', ');
  const names = types.map(([column]) => `"${column}"`).join(', ');
  return `SELECT * FROM (VALUES ${values}) AS "${name}" (${names})${rows.length === 0 ? ' WHERE false' : ''}`;
}

/** standard_conforming_strings is on in every session of the gateway; a NUL can't be in a text of the server's. */
const literal = (value: string | undefined): string =>
  value === undefined ? 'NULL' : `'${value.replaceAll('\0', '').replaceAll("'", "''")}'`;
