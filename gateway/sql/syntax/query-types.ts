// The statements that PostgreSQL analyzes and plans as queries; all others are utility commands to it.
import type { StatementType } from './statement.ts';

export const queryTypes: ReadonlySet<StatementType> = new Set<StatementType>([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
]);
