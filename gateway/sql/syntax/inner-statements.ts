// The statements inside a statement: what EXPLAIN explains, COPY copies, PREPARE prepares, a view or a function runs.

import type { Node } from 'libpg-query';
import { intoOf } from './classify-variants.ts';
import { callArguments, executeArguments } from './inner-arguments.ts';
import { bodyOf } from './inner-body.ts';
import { confirmed, cutOut } from './inner-text.ts';
import { withoutInto } from './select-into.ts';
import { type StatementNode, statementOf } from './statement.ts';
import { closingOf, scanTokens, type Token } from './tokens.ts';

export type InnerRole =
  | 'explained'
  | 'copied'
  | 'cursor'
  | 'prepared'
  | 'table_source'
  | 'view'
  | 'materialized_view'
  | 'body'
  | 'arguments'
  | 'rule_action'
  | 'schema_element';

export type InnerStatement = Readonly<{
  role: InnerRole;
  statement: StatementNode;
  /**
   * The inner statement alone, with blanks in place of what is around it, so that a position in it is a position in
   * the outer statement. Undefined when it can't stand alone, as a rule's action with its OLD and NEW can't.
   */
  source: string | undefined;
}>;

/**
 * The statements directly inside; what is inside those is asked for in turn. Expressions such as the arguments of
 * EXECUTE and CALL come as a SELECT of them. EXECUTE and REFRESH stand for statements that are kept elsewhere.
 */
export function innerStatements(statement: StatementNode, source: string): readonly InnerStatement[] {
  switch (statement.type) {
    case 'ExplainStmt':
      return query('explained', statement.node.query, source, (tokens) =>
        cutFrom(
          source,
          tokens.slice(1).filter(({ depth, text }) => depth === 0 && text !== ')'),
        ),
      );
    case 'CopyStmt':
      return query('copied', statement.node.query, source, (tokens) => {
        const [open, close] = [tokens[1], tokens[closingOf(tokens, 1)]];
        return open && close ? [cutOut(source, open.end, close.start)] : [];
      });
    case 'PrepareStmt':
      return query('prepared', statement.node.query, source, (tokens) => cutAfter(source, tokens, 'as'));
    case 'DeclareCursorStmt':
      return query('cursor', statement.node.query, source, (tokens) => cutAfter(source, tokens, 'for'));
    case 'CreateTableAsStmt': {
      const role = statement.node.objtype === 'OBJECT_MATVIEW' ? 'materialized_view' : 'table_source';
      return query(role, statement.node.query, source, (tokens) => cutAfter(source, tokens, 'as'));
    }
    case 'ViewStmt':
      return query('view', statement.node.query, source, (tokens) => [
        ...cutAfter(source, tokens, 'as'),
        ...recursiveView(source, tokens),
      ]);
    case 'SelectStmt':
      if (intoOf(statement.node) === undefined) return [];
      return [{ role: 'table_source', ...withoutInto(statement.node, source) }];
    case 'CreateFunctionStmt':
      return bodyOf(statement.node, source).map((inner) => ({ role: 'body', ...inner }));
    case 'ExecuteStmt':
      return executeArguments(statement.node, source).map((inner) => ({ role: 'arguments', ...inner }));
    case 'CallStmt':
      return callArguments(statement.node, source).map((inner) => ({ role: 'arguments', ...inner }));
    case 'RuleStmt':
      return unwritten('rule_action', statement.node.actions);
    case 'CreateSchemaStmt':
      return unwritten('schema_element', statement.node.schemaElts);
    default:
      return [];
  }
}

function query(
  role: InnerRole,
  node: Node | undefined,
  source: string,
  candidates: (tokens: readonly Token[]) => readonly (string | undefined)[],
): readonly InnerStatement[] {
  if (node === undefined) return [];
  const statement = statementOf(node);
  return [{ role, statement, source: confirmed(candidates(scanTokens(source)), statement) }];
}

const unwritten = (role: InnerRole, nodes: readonly Node[] | undefined): readonly InnerStatement[] =>
  (nodes ?? []).map((node) => ({ role, statement: statementOf(node), source: undefined }));

/** From each of the first few tokens that may begin a statement to the end: EXPLAIN's options come before it. */
function cutFrom(source: string, tokens: readonly Token[]): readonly (string | undefined)[] {
  return tokens
    .filter(({ keyword, text }) => keyword !== undefined || text === '(')
    .slice(0, 6)
    .map(({ start }) => cutOut(source, start, source.length));
}

/** After a keyword, to the end or to a last WITH (NO DATA, CHECK OPTION). */
function cutAfter(source: string, tokens: readonly Token[], word: string): readonly (string | undefined)[] {
  const after = tokens.find(({ keyword, depth }) => keyword === word && depth === 0);
  const last = tokens.findLast(({ keyword, depth }) => keyword === 'with' && depth === 0);
  if (after === undefined) return [];
  const ends = last === undefined || last.start < after.end ? [source.length] : [source.length, last.start];
  return ends.map((end) => cutOut(source, after.end, end));
}

/** CREATE RECURSIVE VIEW n (c) AS q is CREATE VIEW n AS WITH RECURSIVE n (c) AS (q) SELECT c FROM n. */
function recursiveView(source: string, tokens: readonly Token[]): readonly (string | undefined)[] {
  if (!tokens.some(({ keyword }) => keyword === 'recursive')) return [];
  const as = tokens.findIndex(({ keyword, depth }) => keyword === 'as' && depth === 0);
  const open = tokens.findIndex(({ text, depth }) => text === '(' && depth === 0);
  const [name, first, last, after] = [
    tokens[open - 1],
    tokens[open],
    tokens[closingOf(tokens, open)],
    tokens[as],
  ];
  if (!name || !first || !last || !after) return [];
  const columns = source.slice(first.end, last.start);
  const words = `WITH RECURSIVE ${name.text} (${columns}) AS (`;
  const text = cutOut(source, after.end, source.length, words);
  return text === undefined ? [] : [`${text}) SELECT ${columns} FROM ${name.text}`];
}
