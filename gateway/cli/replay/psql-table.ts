// Rows as psql draws them in its aligned format: byte for byte, so that auditors see what the client saw.
import type { ResultColumn } from '../../wire/index.ts';
import { cellLines, type Line } from './cell-lines.ts';

export type TableRow = readonly (string | null)[];

/** int8, int2, int4, oid, xid, cid, float4, float8, money, numeric, xid8: what psql aligns to the right. */
const rightAligned = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700, 5069]);

type Column = Readonly<{ heading: readonly Line[]; width: number; isRight: boolean; isLast: boolean }>;

/** `footer`: in the place of the count of rows. */
export function* drawTable(
  columns: readonly ResultColumn[],
  rows: readonly TableRow[],
  footer = rows.length === 1 ? '(1 row)' : `(${rows.length} rows)`,
): Generator<string> {
  const headings = columns.map(({ name }) => cellLines(name));
  const cells = rows.map((row) => columns.map((_, at) => cellLines(row[at] ?? '')));
  const laid = columns.map(
    ({ typeOid }, at): Column => ({
      heading: headings[at] ?? [],
      width: widest(headings[at] ?? [], cells, at),
      isRight: rightAligned.has(typeOid),
      isLast: at === columns.length - 1,
    }),
  );
  yield* drawHeading(laid);
  yield `-${laid.map(({ width }) => '-'.repeat(width)).join('-+-')}-`;
  for (const row of cells) yield* drawRow(laid, row);
  yield footer;
  yield '';
}

function widest(
  heading: readonly Line[],
  rows: readonly (readonly (readonly Line[])[])[],
  at: number,
): number {
  let most = 0;
  for (const { width } of heading) most = Math.max(most, width);
  for (const row of rows) for (const { width } of row[at] ?? []) most = Math.max(most, width);
  return most;
}

/** Names stand in the middle; those of several lines go on with a plus sign. */
function* drawHeading(columns: readonly Column[]): Generator<string> {
  const height = Math.max(0, ...columns.map(({ heading }) => heading.length));
  for (let at = 0; at < height; at++) {
    yield columns
      .map(({ heading, width }) => {
        const line = heading[at];
        if (line === undefined) return ` ${' '.repeat(width)} `;
        const left = Math.floor((width - line.width) / 2);
        const right = width - line.width - left;
        const goesOn = at < heading.length - 1;
        return ` ${' '.repeat(left)}${line.text}${' '.repeat(right)}${goesOn ? '+' : ' '}`;
      })
      .join('|');
  }
}

/** A value of several lines takes several, each but the last of which ends with a plus sign. */
function* drawRow(columns: readonly Column[], row: readonly (readonly Line[])[]): Generator<string> {
  let height = 0;
  for (const lines of row) height = Math.max(height, lines.length);
  for (let at = 0; at < height; at++) {
    yield columns.map((column, index) => drawLine(column, row[index] ?? [], at)).join('|');
  }
}

function drawLine({ width, isRight, isLast }: Column, lines: readonly Line[], at: number): string {
  const line = lines[at];
  const goesOn = at < lines.length - 1;
  if (line === undefined) return isLast ? ' ' : ` ${' '.repeat(width)} `;
  const blanks = ' '.repeat(width - line.width);
  const padded = isRight ? blanks + line.text : !isLast || goesOn ? line.text + blanks : line.text;
  return ` ${padded}${goesOn ? '+' : isLast ? '' : ' '}`;
}
