// A question as the condition of a SQL statement, in the words that the indexes are made for.
import type { Question } from '../question.ts';
import { isApproval, isRefusal } from './tables.ts';

export type Condition = Readonly<{
  /** A row that is asked for meets one of them: each has an index of its own to go by. */
  either: readonly string[];
  values: readonly unknown[];
}>;

/** Of the events alone: what they touch is found in the subjects first. `since` and `until` are in it. */
export function conditionOf(question: Question, shapes?: readonly string[]): Condition {
  const values: unknown[] = [];
  const value = (of: unknown): string => `$${values.push(of)}`;
  const { since, until, ran, principal, refused, rule, approved, approver, session, id } = question;
  const parts: string[] = [];
  if (since !== undefined) parts.push(`time >= ${value(new Date(since))}`);
  if (until !== undefined) parts.push(`time < ${value(new Date(until))}`);
  if (shapes !== undefined) parts.push(`shape = ANY (${value(shapes)}::text[])`);
  if (ran === true) parts.push(`type = 'statement.intent'`);
  if (refused === true) parts.push(isRefusal);
  if (rule !== undefined) parts.push(`rule = ${value(rule)}`);
  if (approved === true || approver !== undefined) parts.push(isApproval);
  if (approver !== undefined) {
    const who = value(approver);
    parts.push(
      `(event -> 'approval' -> 'approvers' ? ${who} OR (type = 'approval.decided' AND principal = ${who}))`,
    );
  }
  if (session !== undefined) parts.push(`session = ${value(session)}`);
  if (id !== undefined) parts.push(idCondition(id, value));
  // Those are told of with the statement that they are of.
  if (id === undefined) parts.push(`type <> 'statement.outcome'`);
  const either = principal === undefined ? [[]] : ofPrincipal(value(principal));
  return { either: either.map((of) => [...of, ...parts].join(' AND ')), values };
}

/** What the principal did, and else what became of what the principal asked for. */
const ofPrincipal = (who: string): readonly (readonly string[])[] => [
  [`principal = ${who}`],
  [isApproval, `event -> 'approval' ->> 'requester' = ${who}`, `principal IS DISTINCT FROM ${who}`],
];

/** An event's id is its place in a chain; the others have an index each. */
function idCondition(id: string, value: (of: unknown) => string): string {
  const [, chain, seq] = /^(.+)\/(\d+)$/.exec(id) ?? [];
  if (chain !== undefined)
    return `((chain = ${value(chain)} AND seq = ${value(seq)}) OR statement = ${value(id)})`;
  const named = value(id);
  return `(decision = ${named} OR (${isApproval} AND event -> 'approval' ->> 'id' = ${named}))`;
}
