// Rows as psql shows them: an aligned table, or one field a line when expanded.

import { displayWidth, printableLines } from './display-text.ts';

export type Column = Readonly<{ name: string; typeOid: number }>;
export type Row = ReadonlyArray<string | null>;

/** int8, int2, int4, oid, xid, cid, float4, float8, money, numeric, xid8: what psql aligns to the right. */
const rightAligned = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700, 5069]);

export function formatTable(columns: readonly Column[], rows: readonly Row[]): string {
  const names = columns.map(({ name }) => printableLines(name).join(' '));
  const cells = rows.map((row) => row.map((value) => (value === null ? [''] : printableLines(value))));
  const widths = names.map((name, index) =>
    cells.reduce(
      (widest, row) => Math.max(widest, ...(row[index] ?? []).map(displayWidth)),
      displayWidth(name),
    ),
  );
  const lines = [
    names.map((name, index) => ` ${center(name, widths[index] ?? 0)} `).join('|'),
    widths.map((width) => '-'.repeat(width + 2)).join('+'),
    ...cells.flatMap((row) => formatRow(columns, row, widths)),
    rows.length === 1 ? '(1 row)' : `(${rows.length} rows)`,
  ];
  return `${lines.join('\n')}\n\n`;
}

/** One field a line, for rows that are wider than the screen. */
export function formatExpanded(columns: readonly Column[], rows: readonly Row[]): string {
  if (rows.length === 0) return '(0 rows)\n\n';
  const names = columns.map(({ name }) => printableLines(name).join(' '));
  const left = Math.max(0, ...names.map(displayWidth));
  const blocks = rows.map((row, index) => {
    const fields = names.flatMap((name, column) =>
      printableLines(row[column] ?? '').map((line, at) => `${pad(at === 0 ? name : '', left)} | ${line}`),
    );
    return [`-[ RECORD ${index + 1} ]${'-'.repeat(Math.max(0, left - 8))}`, ...fields].join('\n');
  });
  return `${blocks.join('\n')}\n\n`;
}

/** The width of the table that formatTable would draw. */
export function tableWidth(table: string): number {
  return displayWidth(table.slice(0, table.indexOf('\n')));
}

/** A value of several lines takes several; psql marks each that goes on with a plus sign. */
function formatRow(
  columns: readonly Column[],
  row: readonly string[][],
  widths: readonly number[],
): string[] {
  const height = Math.max(1, ...row.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) =>
    row
      .map((lines, index) => {
        const line = lines[at] ?? '';
        const width = widths[index] ?? 0;
        const goesOn = at < lines.length - 1;
        const isLast = index === row.length - 1 && !goesOn;
        const right = rightAligned.has(columns[index]?.typeOid ?? 0);
        const text = right ? line.padStart(width) : isLast ? line : pad(line, width);
        return ` ${text}${goesOn ? '+' : isLast ? '' : ' '}`;
      })
      .join('|'),
  );
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function center(text: string, width: number): string {
  const room = width - displayWidth(text);
  const left = Math.floor(room / 2);
  return ' '.repeat(left) + text + ' '.repeat(room - left);
}
