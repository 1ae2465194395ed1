// SELECT … INTO without its INTO: the query that fills the new table.

import { blank, confirmed } from './inner-text.ts';
import type { NodeOf, StatementNode } from './statement.ts';
import { scanTokens, type Token } from './tokens.ts';

type Select = Readonly<NodeOf<'SelectStmt'>>;

export function withoutInto(
  node: Select,
  source: string,
): Readonly<{ statement: StatementNode; source: string | undefined }> {
  const statement: StatementNode = { type: 'SelectStmt', node: strip(node) };
  const tokens = scanTokens(source);
  const candidates = tokens.flatMap((token, at) => {
    if (token.keyword !== 'into') return [];
    return endsOfTarget(tokens, at).map(
      (end) => source.slice(0, token.start) + blank(source.slice(token.start, end)) + source.slice(end),
    );
  });
  return { statement, source: confirmed(candidates, statement) };
}

/** INTO stands in the first SELECT of a chain of UNIONs. */
function strip(node: Select): Select {
  if (node.larg !== undefined) return { ...node, larg: strip(node.larg) };
  const { intoClause: _, ...rest } = node;
  return rest;
}

const words = new Set(['temp', 'temporary', 'local', 'global', 'unlogged', 'table']);

/** INTO [TEMP | UNLOGGED] [TABLE] name[.name…]: most of those words can be the name too, so each end is tried. */
function endsOfTarget(tokens: readonly Token[], into: number): readonly number[] {
  const ends: number[] = [];
  for (let at = into + 1; ; at++) {
    let last = at;
    while (tokens[last + 1]?.text === '.') last += 2;
    ends.push(tokens[last]?.end ?? 0);
    if (!words.has(tokens[at]?.keyword ?? '')) return ends;
  }
}
