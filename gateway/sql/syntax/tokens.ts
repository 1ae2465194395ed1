// The tokens of a statement's text, without comments: where the pieces are that the tree has no place for.

import { scanToJson } from './grammar.ts';
import { byteIndex } from './source.ts';

export type Token = Readonly<{
  /** A keyword in lower case, or undefined for anything else: a quoted "select" is a name. */
  keyword: string | undefined;
  text: string;
  /** Indices of the string. */
  start: number;
  end: number;
  /** How many parentheses and brackets are open before it. */
  depth: number;
}>;

type Scanned = Readonly<{
  tokens: readonly Readonly<{ start: number; end: number; tokenName: string; keywordKind: number }>[];
}>;

export function scanTokens(text: string): readonly Token[] {
  const { tokens } = JSON.parse(scanToJson(text)) as Scanned;
  const indexOf = byteIndex(text);
  let depth = 0;
  const read: Token[] = [];
  for (const { start: from, end: to, tokenName, keywordKind } of tokens) {
    if (tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT') continue;
    const start = indexOf(from);
    const end = indexOf(to);
    const piece = text.slice(start, end);
    if (piece === ')' || piece === ']') depth--;
    read.push({
      keyword: keywordKind === 0 ? undefined : piece.toLowerCase(),
      text: piece,
      start,
      end,
      depth,
    });
    if (piece === '(' || piece === '[') depth++;
  }
  return read;
}

/** The index of the token that closes the parenthesis at an index. */
export function closingOf(tokens: readonly Token[], open: number): number {
  const depth = tokens[open]?.depth;
  const after = tokens.findIndex(
    (token, index) => index > open && token.depth === depth && token.text === ')',
  );
  return after < 0 ? tokens.length : after;
}
