// An expression of a statement as a query of its own, so that the server can say what the names in it mean.

import type { Node, TypeName } from 'libpg-query';
import { confirmed } from '../../syntax/inner-text.ts';
import { parseStatements } from '../../syntax/parse.ts';
import { type StatementNode, statementOf } from '../../syntax/statement.ts';
import type { Relation } from '../catalog-view.ts';
import type { ExpressionTexts } from './expression-texts.ts';

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
  texts: ExpressionTexts,
): string | undefined {
  const text = textOf(expression, texts);
  if (text === undefined) return undefined;
  const { castTo } = place;
  if (castTo === undefined) return confirm(place, `(${text})`, expression);
  const cast: Node = { TypeCast: { arg: noValue, typeName: castTo } };
  const type = texts.find(cast, (piece) => `SELECT CAST(NULL AS ${piece})`);
  if (type === undefined) return undefined;
  return confirm(place, `CAST((${text}) AS ${type})`, { TypeCast: { arg: expression, typeName: castTo } });
}

function textOf(expression: Node, texts: ExpressionTexts): string | undefined {
  if (expression === noValue) return 'NULL';
  const name = 'ColumnRef' in expression ? nameOfColumn(expression.ColumnRef.fields) : undefined;
  return name === undefined ? texts.find(expression, (piece) => `SELECT (${piece})`) : quote(name);
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
