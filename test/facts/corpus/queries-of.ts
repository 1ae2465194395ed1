// The queries that a statement consists of or holds: those whose names the server has to resolve.
import {
  type InnerStatement,
  innerStatements,
  type Statement,
  type StatementNode,
} from '../../../gateway/sql/index.ts';

export type HeldQuery = Readonly<{
  /** Undefined when it can't stand alone. */
  text: string | undefined;
  role: InnerStatement['role'] | 'itself';
}>;

const queryTypes: ReadonlySet<string> = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
]);

/** In the order of the text; those inside EXPLAIN of a PREPARE and the like come too. */
export function queriesOf(statement: Statement): readonly HeldQuery[] {
  return held(statement, statement.source, 'itself');
}

function held(
  statement: StatementNode,
  source: string | undefined,
  role: HeldQuery['role'],
): readonly HeldQuery[] {
  if (source === undefined) return queryTypes.has(statement.type) ? [{ text: undefined, role }] : [];
  const inner = innerStatements(statement, source);
  if (queryTypes.has(statement.type) && !inner.some((part) => part.role === 'table_source'))
    return [{ text: source, role }];
  return inner.flatMap((part) => held(part.statement, part.source, part.role));
}
