// Whether an event is what a question asks for.
import { approversOf, concerns } from './found.ts';
import type { Question } from './question.ts';
import type { Entry } from './source/entry.ts';
import { isMembers, told } from './source/told.ts';
import { touchedBy } from './touched.ts';

const refusals: ReadonlySet<string> = new Set(['statement.refused', 'session.refused']);

export function matches(entry: Entry, question: Question): boolean {
  const { event } = entry;
  const { session, id, principal, rule, ran, refused, approved, approver } = question;
  if (session !== undefined && event.session !== session) return false;
  if (id !== undefined && !isOf(entry, id)) return false;
  if (ran === true && event.type !== 'statement.intent') return false;
  if (refused === true && !refusals.has(event.type)) return false;
  if (approved === true && !isApproval(entry)) return false;
  if (approver !== undefined && !approversOf(entry).includes(approver)) return false;
  if (principal !== undefined && !concerns(entry, principal)) return false;
  if (rule !== undefined && ruleOf(entry) !== rule) return false;
  return touches(entry, question);
}

export const isApproval = ({ event }: Entry): boolean =>
  event.type.startsWith('approval.') || event.approval !== undefined;

function isOf({ event }: Entry, id: string): boolean {
  if (event.id === id || event.statement === id || event.decision_id === id) return true;
  return isMembers(event.approval) && event.approval.id === id;
}

function ruleOf(entry: Entry): unknown {
  const decision = told(entry, 'decision');
  return isMembers(decision) ? decision.rule : told(entry, 'rule');
}

function touches({ subjects: { statement } }: Entry, { column, label, relation }: Question): boolean {
  if (column === undefined && label === undefined && relation === undefined) return true;
  if (statement === undefined) return false;
  const touched = touchedBy(statement);
  return (
    (column === undefined || touched.columns.includes(column)) &&
    (label === undefined || touched.labels.includes(label)) &&
    (relation === undefined || touched.relations.includes(relation))
  );
}
