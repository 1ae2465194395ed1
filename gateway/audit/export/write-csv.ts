// Rows as CSV (RFC 4180) that a spreadsheet shows and never runs.
import type { Cell, Column } from './column.ts';

/**
 * What a spreadsheet takes for a formula, in the characters that Excel, LibreOffice and Google Sheets read as one. Text
 * that begins so gets an apostrophe in front (OWASP, CSV Injection).
 */
const formula = /^[\s\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

export const csvHeading = <Row>(columns: readonly Column<Row>[]): string =>
  `${columns.map(({ name }) => name).join(',')}\r\n`;

export const csvLine = <Row>(columns: readonly Column<Row>[], row: Row): string =>
  `${columns.map(({ kind, of }) => csvCell(of(row), kind)).join(',')}\r\n`;

function csvCell(value: Cell, kind: Column<never>['kind']): string {
  if (value === undefined) return '';
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  const isNumber = (kind === 'integer' || kind === 'number') && typeof value === 'number';
  const safe = !isNumber && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
