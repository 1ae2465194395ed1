// The statements of a function whose body is SQL that the grammar reads: RETURN, or BEGIN ATOMIC … END.

import type { Node } from 'libpg-query';
import { confirmed, cutOut, selectOf } from './inner-text.ts';
import { type NodeOf, type StatementNode, statementOf } from './statement.ts';
import { scanTokens, type Token } from './tokens.ts';

type Body = readonly Readonly<{ statement: StatementNode; source: string | undefined }>[];

/** They may name the function's parameters, which only the whole CREATE FUNCTION resolves. */
export function bodyOf({ sql_body }: Readonly<NodeOf<'CreateFunctionStmt'>>, source: string): Body {
  if (sql_body === undefined) return [];
  const tokens = scanTokens(source);
  if ('ReturnStmt' in sql_body) {
    const at = tokens.findLastIndex(({ keyword, depth }) => keyword === 'return' && depth === 0);
    return [write(sql_body, source, tokens.slice(at), source.length)];
  }
  const nodes = flatten(sql_body);
  const pieces = split(tokens);
  return nodes.map((node, index) => {
    const piece = pieces.length === nodes.length ? (pieces[index] ?? []) : [];
    return write(node, source, piece, piece.at(-1)?.end ?? 0);
  });
}

/** BEGIN ATOMIC is a list of lists; an empty one holds a node that is none. */
function flatten(node: Node): readonly Node[] {
  if (Object.keys(node).length === 0) return [];
  return 'List' in node ? (node.List.items ?? []).flatMap(flatten) : [node];
}

function split(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const begin = tokens.findIndex(
    ({ keyword }, at) => keyword === 'atomic' && tokens[at - 1]?.keyword === 'begin',
  );
  const end = tokens.findLastIndex(({ keyword }) => keyword === 'end');
  const pieces: Token[][] = [[]];
  for (const token of tokens.slice(begin + 1, end)) {
    if (token.text === ';') pieces.push([]);
    else pieces.at(-1)?.push(token);
  }
  return pieces.filter(({ length }) => length > 0);
}

function write(node: Node, source: string, tokens: readonly Token[], end: number): Body[number] {
  const [first] = tokens;
  if (!('ReturnStmt' in node)) {
    const statement = statementOf(node);
    return { statement, source: first && confirmed([cutOut(source, first.start, end)], statement) };
  }
  const { returnval } = node.ReturnStmt;
  const statement = selectOf(returnval === undefined ? [] : [returnval]);
  const text = first && cutOut(source, first.end, end);
  // SELECT is as long as the RETURN that it takes the place of.
  const at = first && [...source.slice(0, first.start)].length;
  if (text === undefined || at === undefined) return { statement, source: undefined };
  const select = `${text.slice(0, at)}SELECT${text.slice(at + 'RETURN'.length)}`;
  return { statement, source: confirmed([select], statement) };
}
