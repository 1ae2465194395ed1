// An expression of a statement as a query of its own, so that the server can say what the names in it mean.

import type { Node, TypeName } from 'libpg-query';
import { confirmed, selectOf } from '../../syntax/inner-text.ts';
import { parseStatements } from '../../syntax/parse.ts';
import { type StatementNode, statementOf } from '../../syntax/statement.ts';
import { scanTokens, type Token } from '../../syntax/tokens.ts';
import type { Relation } from '../catalog-view.ts';

export type ExpressionPlace = Readonly<{
  /** The table whose columns it may name. */
  from?: Relation | undefined;
  /** With what inherits from it. */
  inherited?: boolean;
  /** Its value becomes one of this type. */
  castTo?: TypeName | undefined;
  condition?: boolean;
}>;

/** A value of the type, when nothing gives another. */
export const noValue: Node = { A_Const: { isnull: true } };

/**
 * Undefined when the expression's text can't be told: what comes back was parsed, and its tree is the expression's own
 * in the place that was asked for. So it doesn't matter how the text was found.
 */
export function expressionSource(
  expression: Node,
  place: ExpressionPlace,
  source: string,
): string | undefined {
  const text = textOf(expression, source);
  if (text === undefined) return undefined;
  const { castTo } = place;
  if (castTo === undefined) return confirm(place, `(${text})`, expression);
  const cast: Node = { TypeCast: { arg: noValue, typeName: castTo } };
  const type = find(source, cast, (piece) => `SELECT CAST(NULL AS ${piece})`);
  if (type === undefined) return undefined;
  return confirm(place, `CAST((${text}) AS ${type})`, { TypeCast: { arg: expression, typeName: castTo } });
}

function textOf(expression: Node, source: string): string | undefined {
  if (expression === noValue) return 'NULL';
  const name = 'ColumnRef' in expression ? nameOfColumn(expression.ColumnRef.fields) : undefined;
  return name === undefined ? find(source, expression, (piece) => `SELECT (${piece})`) : quote(name);
}

function nameOfColumn([field, ...others]: readonly Node[] = []): string | undefined {
  return field !== undefined && 'String' in field && others.length === 0 ? field.String.sval : undefined;
}

function confirm(place: ExpressionPlace, text: string, expression: Node): string | undefined {
  const { condition = false, from, inherited = false } = place;
  const table =
    from === undefined ? '' : ` FROM ${inherited ? '' : 'ONLY '}${quote(from.schema)}.${quote(from.name)}`;
  const frame = (piece: string) => (condition ? `SELECT${table} WHERE ${piece}` : `SELECT ${piece}${table}`);
  const [written] = parseStatements(frame('NULL'), { maxBytes: Number.POSITIVE_INFINITY });
  if (written?.type !== 'SelectStmt') return undefined;
  const wanted: StatementNode = statementOf({
    SelectStmt: {
      ...written.node,
      ...(condition ? { whereClause: expression } : { targetList: [{ ResTarget: { val: expression } }] }),
    },
  });
  return confirmed([frame(text)], wanted);
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** So many pieces are tried at most, and so many characters in all. */
const MOST_PIECES = 400;
const MOST_CHARACTERS = 200_000;

function find(source: string, wanted: Node, write: (piece: string) => string): string | undefined {
  const tree = selectOf([wanted]);
  let characters = 0;
  let tried = 0;
  for (const piece of pieces(source)) {
    characters += piece.length;
    if (++tried > MOST_PIECES || characters > MOST_CHARACTERS) return undefined;
    if (confirmed([write(piece)], tree) !== undefined) return piece;
  }
  return undefined;
}

/** What comes before an expression or a type where one can stand. */
const before = new Set([
  'where',
  'using',
  'check',
  'default',
  'as',
  'type',
  'when',
  'values',
  'in',
  'from',
  'to',
]);

/** Pieces after an opening word and before a separator, then before anything: too many rather than too few. */
function* pieces(source: string): Generator<string> {
  const tokens = scanTokens(source);
  for (const mayFollow of [isSeparator, () => true])
    for (const [at, first] of tokens.entries()) if (mayBegin(tokens, at)) yield* from(first, at, mayFollow);

  function* from(first: Token, at: number, mayFollow: (token: Token) => boolean): Generator<string> {
    for (let end = at + 1; end <= tokens.length; end++) {
      const next = tokens[end];
      if (next !== undefined && (next.depth > first.depth || !mayFollow(next))) continue;
      yield source.slice(first.start, tokens[end - 1]?.end);
      if (
        next !== undefined &&
        (next.depth < first.depth || (next.text === ',' && next.depth === first.depth))
      )
        return;
    }
  }
}

function mayBegin(tokens: readonly Token[], at: number): boolean {
  const previous = tokens[at - 1];
  if (previous === undefined) return false;
  if (previous.text === '(' || previous.text === ',' || before.has(previous.keyword ?? '')) return true;
  // ADD COLUMN name type: after a name that comes after a word.
  return tokens[at - 2]?.keyword !== undefined;
}

const isSeparator = ({ keyword, text }: Token): boolean =>
  keyword !== undefined || text === ',' || text === ')';
