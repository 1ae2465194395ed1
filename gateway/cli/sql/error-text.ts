// The server's errors and notices as psql prints them, with the SQLSTATE.

import { displayWidth, printable, printableLines } from './display-text.ts';

/** The fields of ErrorResponse and NoticeResponse that a person reads. */
export type ServerMessage = Readonly<{
  severity?: string | undefined;
  code?: string | undefined;
  message?: string | undefined;
  detail?: string | undefined;
  hint?: string | undefined;
  where?: string | undefined;
  position?: string | undefined;
}>;

export function formatServerMessage(message: ServerMessage, statement?: string): string {
  const isError = ['ERROR', 'FATAL', 'PANIC'].includes(message.severity ?? 'ERROR');
  const code = message.code === undefined || !isError ? '' : `${message.code}: `;
  const text = printableLines(message.message ?? 'unknown error').join('\n');
  const lines = [`${message.severity ?? 'ERROR'}:  ${code}${text}`];
  if (statement !== undefined && message.position !== undefined) {
    lines.push(...pointAt(statement, Number(message.position)));
  }
  const fields = { DETAIL: message.detail, HINT: message.hint, CONTEXT: isError ? message.where : undefined };
  for (const [label, value] of Object.entries(fields)) {
    if (value !== undefined) lines.push(`${label}:  ${printableLines(value).join('\n')}`);
  }
  return `${lines.join('\n')}\n`;
}

const screen = 76;

/** The line of the statement with a caret below the place; the position counts characters from 1. */
function pointAt(statement: string, position: number): string[] {
  const characters = [...statement];
  if (!Number.isInteger(position) || position < 1 || position > characters.length + 1) return [];
  const before = characters.slice(0, position - 1).join('');
  const start = before.lastIndexOf('\n') + 1;
  const number = before.split('\n').length;
  const line = statement.slice(start).split('\n', 1)[0] ?? '';
  const cut = Math.max(0, before.length - start - screen + 16);
  const shown = printable(line.slice(cut, cut + screen));
  const label = `LINE ${number}: ${cut > 0 ? '…' : ''}`;
  const column = label.length + displayWidth(printable(before.slice(start + cut)));
  return [`${label}${shown}`, `${' '.repeat(column)}^`];
}
