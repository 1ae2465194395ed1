// A text as the one query that the server can analyze without executing it, or why it is none.
import { parseStatements, queryTypes, type Statement, SyntaxRefusal } from '../../sql/index.ts';
import { type ParameterPlace, parameterPlaces } from './parameter-places.ts';
import { type StatementError, type Unresolvable, unresolvable } from './resolution.ts';

export type QueryStatement = Readonly<{
  kind: 'query';
  /** The whole text. */
  text: string;
  /** Where the statement itself begins and ends in the UTF-8 form of the text. */
  bytes: Readonly<{ begin: number; end: number }>;
  tree: Readonly<Record<string, unknown>>;
  parameters: readonly ParameterPlace[];
}>;

export function readQuery(text: string, maxBytes: number): QueryStatement | StatementError | Unresolvable {
  let statements: readonly Statement[];
  try {
    statements = parseStatements(text, { maxBytes });
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    return refused(error);
  }
  const [statement] = statements;
  if (statement === undefined || statements.length > 1)
    return unresolvable('not_one_statement', `the text holds ${statements.length} statements`);
  const { type, node, source, start } = statement;
  if (!queryTypes.has(type))
    return unresolvable('not_a_query', `${type} is analyzed only when it is executed`);
  if (type === 'SelectStmt' && hasInto(node))
    return unresolvable('not_a_query', 'SELECT INTO is analyzed only when it is executed');
  const begin = Buffer.byteLength(text.slice(0, start));
  const tree = { [type]: node };
  return {
    kind: 'query',
    text,
    bytes: { begin, end: begin + Buffer.byteLength(source) },
    tree,
    parameters: parameterPlaces(tree),
  };
}

function refused({ code, sqlstate, message, position }: SyntaxRefusal): StatementError | Unresolvable {
  if (code !== 'syntax_error') return unresolvable('unreadable', message);
  const nothing = { detail: undefined, hint: undefined, context: undefined };
  return { kind: 'error', sqlstate, message, position, ...nothing };
}

/** INTO stands in the first SELECT of a set operation. */
function hasInto(select: unknown): boolean {
  let node = select as { intoClause?: unknown; larg?: unknown } | undefined;
  while (node !== undefined) {
    if (node.intoClause !== undefined) return true;
    node = node.larg as typeof node;
  }
  return false;
}
