// The statements of one node type that a field tells apart: SELECT by its locks and INTO, BEGIN from COMMIT, SET from RESET.

import { type Classification, ddl, is } from './classification.ts';
import { isReadOnlyQuery } from './read-only.ts';
import type { NodeOf } from './statement.ts';

export function classifySelect(node: Readonly<NodeOf<'SelectStmt'>>): Classification {
  const readOnly = isReadOnlyQuery({ type: 'SelectStmt', node });
  if (intoOf(node) !== undefined) return ddl('SELECT INTO');
  const [lock] = node.lockingClause ?? [];
  if (lock === undefined || !('LockingClause' in lock)) return is('select', 'SELECT', readOnly);
  return is('select', `SELECT ${lockTag(lock.LockingClause.strength)}`, readOnly);
}

/** INTO stands in the first SELECT of a chain of UNIONs. */
export function intoOf(node: Readonly<NodeOf<'SelectStmt'>>): NodeOf<'SelectStmt'>['intoClause'] {
  let leaf = node;
  while (leaf.larg !== undefined) leaf = leaf.larg;
  return leaf.intoClause;
}

function lockTag(strength: NodeOf<'LockingClause'>['strength']): string {
  switch (strength) {
    case 'LCS_FORKEYSHARE':
      return 'FOR KEY SHARE';
    case 'LCS_FORSHARE':
      return 'FOR SHARE';
    case 'LCS_FORNOKEYUPDATE':
      return 'FOR NO KEY UPDATE';
    case 'LCS_FORUPDATE':
    case 'LCS_NONE':
    case undefined:
      return 'FOR UPDATE';
    default:
      return unknownValue(strength);
  }
}

export function classifyTransaction({ kind }: Readonly<NodeOf<'TransactionStmt'>>): Classification {
  switch (kind) {
    case 'TRANS_STMT_BEGIN':
      return is('transaction', 'BEGIN', true);
    case 'TRANS_STMT_START':
      return is('transaction', 'START TRANSACTION', true);
    case 'TRANS_STMT_COMMIT':
      return is('transaction', 'COMMIT', true);
    case 'TRANS_STMT_ROLLBACK':
    case 'TRANS_STMT_ROLLBACK_TO':
      return is('transaction', 'ROLLBACK', true);
    case 'TRANS_STMT_SAVEPOINT':
      return is('transaction', 'SAVEPOINT', true);
    case 'TRANS_STMT_RELEASE':
      return is('transaction', 'RELEASE', true);
    case 'TRANS_STMT_PREPARE':
      return is('transaction', 'PREPARE TRANSACTION', false);
    case 'TRANS_STMT_COMMIT_PREPARED':
      return is('transaction', 'COMMIT PREPARED', false);
    case 'TRANS_STMT_ROLLBACK_PREPARED':
      return is('transaction', 'ROLLBACK PREPARED', false);
    case undefined:
      throw new Error('a transaction statement without its kind');
    default:
      return unknownValue(kind);
  }
}

export function classifySet({ kind }: Readonly<NodeOf<'VariableSetStmt'>>): Classification {
  switch (kind) {
    case 'VAR_SET_VALUE':
    case 'VAR_SET_DEFAULT':
    case 'VAR_SET_CURRENT':
      return is('session', 'SET', true);
    // SET TRANSACTION and SET SESSION CHARACTERISTICS AS TRANSACTION.
    case 'VAR_SET_MULTI':
      return is('transaction', 'SET', true);
    case 'VAR_RESET':
    case 'VAR_RESET_ALL':
      return is('session', 'RESET', true);
    case undefined:
      throw new Error('a SET without its kind');
    default:
      return unknownValue(kind);
  }
}

function unknownValue(value: never): never {
  throw new Error(`${value} is not known`);
}
