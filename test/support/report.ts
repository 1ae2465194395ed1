// How the lanes show their results: tables for people, and the same as JSON with `--json FILE`.
import { writeFile } from 'node:fs/promises';

export type Cell = string | number | boolean | undefined;
export type Row = Readonly<Record<string, Cell>>;

const printed: { title: string; rows: readonly Row[] }[] = [];

/** Prints rows under a title; the columns are the rows' keys in the order of their first appearance. */
export function printTable(title: string, rows: readonly Row[]): void {
  printed.push({ title, rows });
  console.log(`\n${formatTable(title, rows)}`);
}

export function formatTable(title: string, rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => formatCell(row[column])))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  const isNumeric = columns.map((column) => rows.every((row) => typeof (row[column] ?? 0) === 'number'));
  const print = (line: readonly string[]): string =>
    line
      .map((cell, at) => (isNumeric[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = lines;
  return [title, print(head), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(print)].join(
    '\n',
  );
}

/** Writes every table printed so far, and what else belongs to the result, where `--json FILE` asks for it. */
export async function writeJson(
  result: object = {},
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const at = args.indexOf('--json');
  if (at === -1) return;
  const file = args[at + 1];
  if (file === undefined) throw new Error('--json needs the name of a file');
  await writeFile(file, `${JSON.stringify({ ...result, tables: printed }, undefined, 2)}\n`);
}

function formatCell(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number' && !Number.isInteger(cell)) return cell.toFixed(Math.abs(cell) < 10 ? 2 : 1);
  return String(cell);
}
