// A column of an export: its name, what it holds, and where in an event that stands.

export type Cell = string | number | boolean | readonly string[] | undefined;

export type Column<Row> = Readonly<{
  name: string;
  kind: 'time' | 'text' | 'integer' | 'number' | 'list' | 'json';
  of: (row: Row) => Cell;
}>;
