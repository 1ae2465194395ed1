// A query that returns the rows it is given as JSON, whatever the session's settings are: what the server is sent for an own answer.

export type ColumnType = 'text' | 'uuid' | 'timestamptz';
export type Columns = Readonly<Record<string, ColumnType>>;
/** Undefined is NULL. */
export type AnswerRow = Readonly<Record<string, string | undefined>>;

/** `json`: an expression of this type. Names are ours. */
export function rowsQuery(name: string, columns: Columns, json: string): string {
  const defined = Object.entries(columns).map(([column, type]) => `"${column}" pg_catalog.${type}`);
  return `SELECT * FROM pg_catalog.json_to_recordset(${json}) AS "${name}" (${defined.join(', ')})`;
}

/** standard_conforming_strings is on in every session of the gateway. */
export const jsonConstant = (json: string): string => `'${json.replaceAll("'", "''")}'::pg_catalog.json`;

/** A NUL can't be in a text of the server's. */
export const jsonOf = (rows: readonly AnswerRow[]): string =>
  JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '') : value,
  );

/** The object id of the type json. */
export const JSON_TYPE = 114;
