// Statements whose events share lines, said to a journal by hand.
import {
  type CompleteAnswer,
  type Journal,
  type JournaledStatement,
  outcomesOf,
  StatementContext,
  subjectOf,
} from '../../../gateway/audit/index.ts';
import { waitUntil } from '../../support/wait.ts';
import type { Stage } from './stage.ts';

export const contextOfSession = (session: string, text = 'SELECT 1'): StatementContext =>
  new StatementContext(
    session,
    { session: subjectOf({ principal: session }), statement: subjectOf({ text }) },
    { path: 'bind' },
    outcomesOf(session),
  );

export const answer: CompleteAnswer = { rows: 1, bytes: 15, affected: 0, tag: 'SELECT 1' };

/** `said`: JSON of its parameters, and behind a comma of its text. */
export function begin(journal: Journal, context: StatementContext, said = '0'): JournaledStatement {
  const statement: JournaledStatement = {
    ...{ context, seq: 0, microseconds: 0, answer },
    writeIntent: (into) => into.add(said),
  };
  journal.begin(statement);
  return statement;
}

export const complete = (
  journal: Journal,
  statement: JournaledStatement,
  microseconds = 1,
  of = answer,
): number => journal.complete(Object.assign(statement, { microseconds, answer: of }));

/** What was begun and completed stands in lines that have their ends. */
export const sealed = (journal: Journal, stage: Stage): Promise<boolean> =>
  waitUntil(
    'the last line to be sealed',
    async () => (await stage.events()).at(-1)?.seq === journal.health.lastSeq,
  );
