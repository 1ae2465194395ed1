// What a text does to a transaction in which something waits for approval at its commit.
import { Fault } from '../../lib/index.ts';
import type { Statement as SqlStatement } from '../../sql/index.ts';
import { SyntaxRefusal } from '../../sql/index.ts';
import type { Parsed } from '../parsed-text.ts';
import type { TextChanges } from '../text-changes.ts';
import type { Uncommitted } from './uncommitted.ts';

/** One request shows so many statements' doings at most. */
const UNCOMMITTED_MOST = 10_000;

/** Where no transaction's block is open, others may commit by themselves what was done before them. */
const staysInTransaction: ReadonlySet<SqlStatement['type']> = new Set<SqlStatement['type']>([
  'TransactionStmt',
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'TruncateStmt',
  'CopyStmt',
  'ExplainStmt',
  'PrepareStmt',
  'ExecuteStmt',
  'DeallocateStmt',
  'DeclareCursorStmt',
  'FetchStmt',
  'ClosePortalStmt',
  'VariableSetStmt',
  'VariableShowStmt',
]);

/**
 * True: it is the COMMIT, or the PREPARE TRANSACTION, and nothing else. False: it commits nothing. A Fault: it commits,
 * and can't be held so that only what was looked at is committed.
 */
export function commits(
  changes: TextChanges,
  parsed: Parsed | undefined,
  { inBlock }: Uncommitted,
): boolean | Fault {
  const { statements } = changes;
  const isOne = statements?.length === 1;
  const ends =
    statements === undefined || statements.flat().some((each) => 'action' in each && ending.has(each.action));
  if (ends) return isOne || notHeld('it stands in one text with others; send COMMIT by itself');
  if (inBlock) return false;
  const stays =
    parsed !== undefined &&
    !(parsed instanceof SyntaxRefusal) &&
    parsed.every(({ type }) => staysInTransaction.has(type));
  return (
    !stays && notHeld('a command behind it may commit by itself; send BEGIN first, and COMMIT behind it')
  );
}

const ending: ReadonlySet<string> = new Set(['commit', 'prepare']);

/** A Query in an unfinished segment ends it, and the transaction with it. */
export const segmentNotEnded = (): Fault =>
  notHeld('a Query follows it without a Sync, and would commit it; send Sync first');

export const tooMany = ({ count }: Uncommitted): Fault | undefined =>
  count < UNCOMMITTED_MOST
    ? undefined
    : notHeld(`${UNCOMMITTED_MOST} statements of the transaction wait already; commit them first`);

export const notHeld = (because: string): Fault => new Fault('commit_not_held', { because });
