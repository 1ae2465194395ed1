// Text → statements, by PostgreSQL's own grammar.

import type { ParseResult } from 'libpg-query';
import { parseToJson } from './grammar.ts';
import { byteIndex, checkText, withoutBlanks } from './source.ts';
import { type Statement, statementOf } from './statement.ts';

export type ParseLimits = Readonly<{ maxBytes: number }>;

/**
 * The statements of a text, in order; none when it holds only blanks and comments. Throws a {@link SyntaxRefusal}.
 *
 * @example
 * await loadGrammar();
 * parseStatements('BEGIN; SELECT 1', { maxBytes: 1_000_000 }).map(({ type }) => type); // TransactionStmt, SelectStmt
 */
export function parseStatements(text: string, limits: ParseLimits): readonly Statement[] {
  checkText(text, limits.maxBytes);
  const { stmts = [] } = JSON.parse(parseToJson(text)) as ParseResult;
  const indexOf = byteIndex(text);
  return stmts.map(({ stmt, stmt_location: from = 0, stmt_len: length = 0 }) => {
    if (stmt === undefined) throw new Error('the grammar gave a statement without a node');
    const begin = indexOf(from);
    const { start, end } = withoutBlanks(text, begin, length === 0 ? text.length : indexOf(from + length));
    return { ...statementOf(stmt), source: text.slice(start, end), start };
  });
}
