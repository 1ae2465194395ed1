// Rows as CSV (RFC 4180) that a spreadsheet shows and never runs.
import type { Cell, Column } from './column.ts';

/**
 * What a spreadsheet takes for a formula, in the characters that Excel, LibreOffice and Google Sheets read as one. Text
 * that begins so gets an apostrophe in front (OWASP, CSV Injection).
 */
const formula = /^[\s\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

/**
 * The same within a text, behind what separates cells and rows elsewhere: whoever reads the file by semicolons or tabs takes
 * no notice of quotes in the middle of what is a cell to him.
 */
const formulaBehind = /[;\t\r\n](?=(?:(?![\t\r\n])[\s\uFEFF"])*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

export const csvHeading = <Row>(columns: readonly Column<Row>[]): string =>
  `${columns.map(({ name }) => name).join(',')}\r\n`;

export const csvLine = <Row>(columns: readonly Column<Row>[], row: Row): string =>
  `${columns.map(({ kind, of }) => csvCell(of(row), kind)).join(',')}\r\n`;

function csvCell(value: Cell, kind: Column<never>['kind']): string {
  if (value === undefined) return '';
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  const isNumber = (kind === 'integer' || kind === 'number') && typeof value === 'number';
  const safe = isNumber ? text : withoutFormulas(text);
  return /[",;\t\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function withoutFormulas(text: string): string {
  const within = text.replace(formulaBehind, "$&'");
  return formula.test(text) ? `'${within}` : within;
}
