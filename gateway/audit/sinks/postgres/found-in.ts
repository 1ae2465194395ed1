// By what events are found again in PostgreSQL: the columns of their own beside the event.
import { principalOf } from '../../query/found.ts';
import type { Entry, Members } from '../../query/source/entry.ts';
import { isMembers, textOf, told } from '../../query/source/told.ts';
import { type Touched, touchedBy } from '../../query/touched.ts';

export function columnsOfEvent(
  entry: Entry,
): Readonly<Record<'principal' | 'rule' | 'decision', string | undefined>> {
  const decision = told(entry, 'decision');
  return {
    principal: principalOf(entry),
    rule: textOf(isMembers(decision) ? decision.rule : told(entry, 'rule')),
    decision: textOf(told(entry, 'decision_id')),
  };
}

export const columnsOfSubject = (subject: Members): Touched => touchedBy(subject);
