// Rows of text whose columns stand below each other, and whose last column wraps.

import { displayWidth, printable } from '../sql/display-text.ts';
import type { Paint, Style } from './paint.ts';

export type Cell = string | Readonly<{ text: string; style: Style }>;
export type Row = readonly Cell[];
export type Layout = Readonly<{ width: number; paint: Paint; indent: number }>;

const gap = 2;
/** A column takes at most this part of the page; what is longer pushes the rest of its row to the next line. */
const widestPart = 0.45;
const narrowestLast = 20;

export function layRows(rows: readonly Row[], layout: Layout): string[] {
  const starts = startsOf(rows, layout);
  return rows.flatMap((row) => layRow(row, starts, layout));
}

/** A heading and its rows; nothing when there are no rows. */
export function section(heading: string, rows: readonly Row[], layout: Layout): string[] {
  return rows.length === 0 ? [] : [layout.paint('bold', heading), ...layRows(rows, layout), ''];
}

/** What the database wrote could steer the terminal: every cell is made printable, here. */
const textOf = (cell: Cell): string => printable(typeof cell === 'string' ? cell : cell.text);

function startsOf(rows: readonly Row[], { width, indent }: Layout): number[] {
  const widest = Math.floor(width * widestPart);
  const starts = [indent];
  for (let at = 0; at < Math.max(0, ...rows.map(({ length }) => length)) - 1; at += 1) {
    // The last cell of a row needs no room behind it.
    const cells = rows.flatMap((row) => (at < row.length - 1 ? [displayWidth(textOf(row[at] ?? ''))] : []));
    const wide = Math.max(0, ...cells.filter((cell) => cell <= widest));
    // Where every cell is too wide, the next ones stand below it, a little to the right.
    const room = wide > 0 || cells.every((cell) => cell === 0) ? wide : gap;
    starts.push((starts[at] ?? indent) + (room === 0 ? 0 : room + gap));
  }
  return starts;
}

function layRow(row: Row, starts: readonly number[], { width, paint }: Layout): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const breakLine = (): void => {
    lines.push(line);
    [line, used] = ['', 0];
  };
  for (const [at, cell] of row.entries()) {
    const text = textOf(cell);
    if (text === '') continue;
    const planned = starts[at] ?? 0;
    const isCramped = used > 0 && displayWidth(text) > width - planned && width - planned < narrowestLast;
    if ((used > 0 && used + gap > planned) || isCramped) breakLine();
    const start = isCramped ? (starts[1] ?? planned) : planned;
    for (const [number, piece] of wrap(text, width - start).entries()) {
      if (number > 0) breakLine();
      line += ' '.repeat(start - used) + (typeof cell === 'string' ? piece : paint(cell.style, piece));
      used = start + displayWidth(piece);
    }
  }
  return [...lines, line];
}

/** Breaks at spaces, but not at those that it begins with; a word that is longer than the line stays whole. */
export function wrap(text: string, width: number): string[] {
  const [first = '', ...words] = text.split(/(?<=\S) +/);
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    if (displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line += ` ${word}`;
  }
  return [...lines, line];
}
