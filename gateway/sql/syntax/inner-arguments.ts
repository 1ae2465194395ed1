// The arguments of EXECUTE and CALL as a SELECT of them: they are evaluated before what they are given to.

import type { Node } from 'libpg-query';
import { blank, confirmed, selectOf } from './inner-text.ts';
import type { NodeOf, StatementNode } from './statement.ts';
import { closingOf, scanTokens, type Token } from './tokens.ts';

type Arguments = readonly Readonly<{ statement: StatementNode; source: string | undefined }>[];

export function executeArguments({ params }: Readonly<NodeOf<'ExecuteStmt'>>, source: string): Arguments {
  return written(params ?? [], source);
}

/** Named and VARIADIC arguments lose their names: the values are what can read something. */
export function callArguments({ funccall }: Readonly<NodeOf<'CallStmt'>>, source: string): Arguments {
  const values = (funccall?.args ?? []).flatMap((node) => {
    if (!('NamedArgExpr' in node)) return [node];
    return node.NamedArgExpr.arg === undefined ? [] : [node.NamedArgExpr.arg];
  });
  return written(values, source);
}

function written(values: readonly Node[], source: string): Arguments {
  if (values.length === 0) return [];
  const statement = selectOf(values);
  const tokens = scanTokens(source);
  const open = tokens.findIndex(({ text, depth }) => text === '(' && depth === 0);
  const close = closingOf(tokens, open);
  const [first, last] = [tokens[open], tokens[close]];
  if (first === undefined || last === undefined) return [{ statement, source: undefined }];
  let text = `SELECT${blank(source.slice(0, first.end)).slice('SELECT'.length)}`;
  let from = first.end;
  for (const { start, end } of labels(tokens.slice(open + 1, close))) {
    text += source.slice(from, start) + blank(source.slice(start, end));
    from = end;
  }
  text += source.slice(from, last.start);
  return [{ statement, source: confirmed([text], statement) }];
}

/** VARIADIC, and after it `name =>` or `name :=`, at the beginning of an argument. */
function labels(tokens: readonly Token[]): readonly Readonly<{ start: number; end: number }>[] {
  return tokens.flatMap((token, at) => {
    if (token.depth !== 1 || !(at === 0 || (tokens[at - 1]?.text === ',' && tokens[at - 1]?.depth === 1)))
      return [];
    const isVariadic = token.keyword === 'variadic';
    const arrow = tokens[at + (isVariadic ? 2 : 1)];
    if (arrow?.text === '=>' || arrow?.text === ':=') return [{ start: token.start, end: arrow.end }];
    return isVariadic ? [token] : [];
  });
}
