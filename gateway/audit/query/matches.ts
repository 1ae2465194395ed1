// Whether an event is what a question asks for: by itself, and by what its statement came to.
import { approversOf, concerns } from './found.ts';
import type { Question } from './question.ts';
import type { Entry } from './source/entry.ts';
import { isMembers, told } from './source/told.ts';
import { touchedBy } from './touched.ts';

const refusals: ReadonlySet<string> = new Set(['statement.refused', 'session.refused']);
/** Of a statement that was let through, and didn't run all the same. */
const notRun: ReadonlySet<unknown> = new Set(['skipped', 'refused']);

/** What only an outcome says is left to {@link cameToThat}. */
export function matches(entry: Entry, question: Question): boolean {
  const { event } = entry;
  const { session, id, principal, rule, ran, refused, approved, approver } = question;
  if (session !== undefined && event.session !== session) return false;
  if (id !== undefined && !isOf(entry, id)) return false;
  if (ran === true && event.type !== 'statement.intent') return false;
  if (refused === true && !refusals.has(event.type) && event.type !== 'statement.intent') return false;
  if (approved === true && !isApproval(entry)) return false;
  if (approver !== undefined && !approversOf(entry).includes(approver)) return false;
  if (principal !== undefined && !concerns(entry, principal)) return false;
  if (rule !== undefined && ruleOf(entry) !== rule) return false;
  return touches(entry, question);
}

/** Of an event that {@link matches}. Without an outcome, a statement may have run. */
export function cameToThat({ event }: Entry, { ran, refused }: Question, outcome: unknown): boolean {
  if (event.type !== 'statement.intent') return true;
  if (ran === true && notRun.has(stateOf(outcome))) return false;
  return refused !== true || isRefusedState(outcome);
}

/** Refused behind its intent: by the database's side of the gateway, a full disk, or a sink that was late. */
export const isRefusedState = (outcome: unknown): boolean => stateOf(outcome) === 'refused';

const stateOf = (outcome: unknown): unknown => (isMembers(outcome) ? outcome.state : undefined);

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
