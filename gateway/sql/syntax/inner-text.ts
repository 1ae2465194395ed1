// Writes a piece of a statement as a statement of its own, each character where it was: a position stays what it is.

import type { Node } from 'libpg-query';
import { parseStatements } from './parse.ts';
import { SyntaxRefusal } from './refusal.ts';
import { sameTree } from './same-tree.ts';
import { type StatementNode, statementOf } from './statement.ts';

/** One blank for each character, as positions count characters and not UTF-16 units. */
export const blank = (text: string): string => text.replace(/[\s\S]/gu, ' ');

/** The piece from one index to another, after blanks that a few words may be written into. */
export function cutOut(source: string, start: number, end: number, words = ''): string | undefined {
  const room = blank(source.slice(0, start));
  if (words.length > room.length) return undefined;
  return words + room.slice(words.length) + source.slice(start, end);
}

/**
 * The first of some texts that the grammar reads as exactly one statement, equal to the one that is looked for. A piece
 * that was cut at the wrong place can't pass.
 */
export function confirmed(
  candidates: readonly (string | undefined)[],
  wanted: StatementNode,
): string | undefined {
  return candidates.find((text) => text !== undefined && isText(text, wanted));
}

function isText(text: string, wanted: StatementNode): boolean {
  try {
    const [statement, ...others] = parseStatements(text, { maxBytes: Number.POSITIVE_INFINITY });
    if (statement === undefined || others.length > 0 || statement.type !== wanted.type) return false;
    return sameTree(statement.node, wanted.node);
  } catch (error) {
    if (error instanceof SyntaxRefusal) return false;
    throw error;
  }
}

/** The tree of SELECT a, b, …, for expressions that stand where no SELECT is. */
export function selectOf(expressions: readonly Node[]): StatementNode {
  return statementOf({
    SelectStmt: {
      targetList: expressions.map((val) => ({ ResTarget: { val } })),
      limitOption: 'LIMIT_OPTION_DEFAULT',
      op: 'SETOP_NONE',
    },
  });
}
