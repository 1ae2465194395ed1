// What commands of the admin side have in common: how they end, and how they print.

import type { Invocation } from './command.ts';
import { loginNeeded } from './fresh-token.ts';
import { paintFor, widthFor } from './page/paint.ts';
import { layRows, type Row } from './page/rows.ts';

/** `one`: what exit code 1 means. */
export const adminExits = (one: string): Readonly<Record<number, string>> => ({
  1: one,
  [loginNeeded]: 'You need to log in (again).',
});

/** Rows below a heading; without any, `none` goes to standard error. */
export function printRows(
  { terminal }: Invocation,
  { heading, rows, none }: Readonly<{ heading: readonly string[]; rows: readonly Row[]; none: string }>,
): void {
  if (rows.length === 0) {
    terminal.stderr.write(`${none}\n`);
    return;
  }
  const page = { width: widthFor(terminal), paint: paintFor(terminal), indent: 0 };
  const head: Row = heading.map((text) => ({ text, style: 'bold' }));
  terminal.stdout.write(`${layRows([head, ...rows], page).join('\n')}\n`);
}

export function printJson({ terminal }: Invocation, document: unknown): void {
  terminal.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** A time as the admin side writes it, to the minute. */
export const minute = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;
