// Statements whose events share lines, said to a journal by hand.
import { outcomesOf, StatementContext, subjectOf } from '../../../gateway/audit/index.ts';
import type { Lines } from '../../../gateway/audit/journal/lines.ts';

export const contextOfSession = (session: string, text = 'SELECT 1'): StatementContext =>
  new StatementContext(
    session,
    { session: subjectOf({ principal: session }), statement: subjectOf({ text }) },
    { path: 'bind' },
    outcomesOf(session),
  );

/** Parameters that are this JSON. */
export const saying = (json: string) => ({ write: (into: Lines) => into.add(json) });

export const answer = { rows: 1, bytes: 15, affected: 0, tag: 'SELECT 1' };
