// A question as the condition of a SQL statement, in the words that the indexes are made for.
import type { Question } from '../question.ts';
import { auditSchema, isApproval, isNotRun, isRefusal } from './tables.ts';

/** What is asked for is what all of these find together, none of it twice. */
export type Selections = Readonly<{ selections: readonly string[]; values: readonly unknown[] }>;

/** Of these columns. */
export function selectionsOf(columns: string, question: Question, shapes?: readonly string[]): Selections {
  const values: unknown[] = [];
  const value = (of: unknown): string => `$${values.push(of)}`;
  const refusals: readonly Refusal[] = question.refused === true ? ['before', 'behind'] : ['before'];
  const { principal } = question;
  const people = principal === undefined ? [''] : ofPrincipal(value(principal));
  // Each of them has an index, which all together would have none of.
  const selections = refusals
    .map((refusal) => conditionOf(question, shapes, value, refusal))
    .flatMap((condition) => people.map((of) => of + condition))
    .map((where) => `SELECT ${columns} FROM ${auditSchema}.events WHERE ${where}`);
  return { selections, values };
}

/** The intent of what was refused: an event of its own says so before it, an outcome behind it. */
type Refusal = 'before' | 'behind';

/** Of the events alone: what they touch is found in the subjects first. `since` and `until` are in it. */
function conditionOf(
  question: Question,
  shapes: readonly string[] | undefined,
  value: (of: unknown) => string,
  refusal: Refusal,
): string {
  const { since, until, ran, refused, rule, approved, approver, session, id } = question;
  const parts: string[] = [];
  const from = since === undefined ? '' : `time >= ${value(new Date(since))}`;
  if (from !== '') parts.push(from);
  if (until !== undefined) parts.push(`time < ${value(new Date(until))}`);
  if (shapes !== undefined) parts.push(`shape = ANY (${value(shapes)}::text[])`);
  if (ran === true) parts.push(`type = 'statement.intent' AND ${hasRun(from)}`);
  if (refused === true)
    parts.push(refusal === 'before' ? isRefusal : `type = 'statement.intent' AND ${wasRefused(from)}`);
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
  return parts.join(' AND ');
}

/** What the principal did, and else what became of what the principal asked for: each has an index of its own to go by. */
const ofPrincipal = (who: string): readonly string[] => [
  `principal = ${who} AND `,
  `${isApproval} AND event -> 'approval' ->> 'requester' = ${who} AND principal IS DISTINCT FROM ${who} AND `,
];

/** An outcome is never before its intent, and may be later than what is asked about. */
const outcomes = (from: string): string => [isNotRun, from].filter(Boolean).join(' AND ');

/** Few don't run: they are looked up once, and the others need nothing but the index that they were found by. */
const hasRun = (from: string): string =>
  `NOT EXISTS (SELECT FROM ${auditSchema}.events AS outcomes
     WHERE ${outcomes(from)} AND outcomes.statement = events.statement)`;

/** As a list: PostgreSQL would take them for many, and go through all events to find their intents. */
const wasRefused = (from: string): string =>
  `statement = ANY (ARRAY(SELECT statement FROM ${auditSchema}.events
     WHERE ${outcomes(from)} AND event -> 'outcome' ->> 'state' = 'refused'))`;

/** An event's id is its place in a chain; the others have an index each. */
function idCondition(id: string, value: (of: unknown) => string): string {
  const [, chain, seq] = /^(.+)\/(\d+)$/.exec(id) ?? [];
  if (chain !== undefined)
    return `((chain = ${value(chain)} AND seq = ${value(seq)}) OR statement = ${value(id)})`;
  const named = value(id);
  return `(decision = ${named} OR (${isApproval} AND event -> 'approval' ->> 'id' = ${named}))`;
}
