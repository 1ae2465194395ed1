// How this room asks a database something: whoever holds the connection gives the function.

/** Rows as objects by the names of their columns; `values` are those of `$1`, `$2` … */
export type Query = (
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;
