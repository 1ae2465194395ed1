// Answers questions from the tables of the sink, by their indexes.
import type { Client } from 'pg';
import type { AuditEvent } from '../../event/event.ts';
import { type Found, foundIn } from '../found.ts';
import type { Count, CountedBy, Question } from '../question.ts';
import type { Entry, Members } from '../source/entry.ts';
import { selectionsOf } from './conditions.ts';
import { auditSchema } from './tables.ts';

/** The newest first. */
export async function findInPostgres(
  client: Client,
  question: Question,
  most: number,
): Promise<readonly Found[]> {
  const touching = await touchingDays(client, question);
  let events: AuditEvent[] = [];
  if (touching === undefined) events = await newest(client, question, undefined, most);
  // By day, from the newest on: no more is read than there are rows to show.
  else
    for (const { day, shapes } of touching) {
      if (events.length >= most) break;
      events.push(...(await newest(client, within(question, day), shapes, most - events.length)));
    }
  const subjects = await subjectsOf(client, events);
  const outcomes = await outcomesOf(client, events);
  return events.map((event) => foundIn(entryOf(event, subjects), outcomes.get(event.statement ?? '')));
}

export async function countInPostgres(
  client: Client,
  question: Question,
  by: CountedBy,
): Promise<readonly Count[]> {
  const touching = await touchingDays(client, question);
  const shapes = touching && [...new Set(touching.flatMap((day) => day.shapes))];
  if (shapes?.length === 0) return [];
  const value = by === 'day' ? `to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD')` : `coalesce(${by}, '')`;
  const { selections, values } = selectionsOf(`${value} AS value, time`, question, shapes);
  const { rows } = await client.query(
    `SELECT value, count(*)::int AS times, min(time) AS first, max(time) AS last
     FROM (${selections.join(' UNION ALL ')}) AS found GROUP BY 1 ORDER BY 2 DESC, 1`,
    [...values],
  );
  return rows.map((row) => ({ ...row, first: row.first.toISOString(), last: row.last.toISOString() }));
}

type TouchingDay = Readonly<{ day: string; shapes: readonly string[] }>;

/** The newest first; undefined: the question isn't about what statements touch. */
async function touchingDays(
  client: Client,
  { column, label, relation, since, until }: Question,
): Promise<readonly TouchingDay[] | undefined> {
  const named = Object.entries({ columns: column, labels: label, relations: relation }).filter(
    ([, value]) => value !== undefined,
  );
  if (named.length === 0) return undefined;
  const values: unknown[] = named.map(([, value]) => [value]);
  const parts = named.map(([name], at) => `${name} @> $${at + 1}::text[]`);
  if (since !== undefined) parts.push(`day >= $${values.push(dayOf(since))}`);
  if (until !== undefined) parts.push(`day <= $${values.push(dayOf(until))}`);
  const { rows } = await client.query(
    `SELECT day::text AS day, array_agg(hash) AS shapes FROM ${auditSchema}.subjects
     WHERE ${parts.join(' AND ')} GROUP BY day ORDER BY day DESC`,
    values,
  );
  return rows;
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
const dayMs = 86_400_000;

function within(question: Question, day: string): Question {
  const start = Date.parse(day);
  return {
    ...question,
    since: Math.max(start, question.since ?? start),
    until: Math.min(start + dayMs, question.until ?? start + dayMs),
  };
}

async function newest(
  client: Client,
  question: Question,
  shapes: readonly string[] | undefined,
  most: number,
): Promise<AuditEvent[]> {
  const { selections, values } = selectionsOf('event, time, seq', question, shapes);
  const newestFirst = `ORDER BY time DESC, seq DESC LIMIT ${most}`;
  // Of an id there are few, which PostgreSQL takes for many: it would go through all of the time to find them.
  const kept = question.id === undefined ? '' : 'MATERIALIZED';
  // Of each the newest, so that an index by time is read no further.
  const each = selections.map(
    (selection) => `(WITH found AS ${kept} (${selection}) SELECT * FROM found ${newestFirst})`,
  );
  const { rows } = await client.query(
    `SELECT event FROM (${each.join(' UNION ALL ')}) AS newest ${newestFirst}`,
    [...values],
  );
  return rows.map(({ event }) => event);
}

async function subjectsOf(
  client: Client,
  events: readonly AuditEvent[],
): Promise<ReadonlyMap<string, Members>> {
  const wanted = new Map<string, [string, string]>();
  for (const { time, shapes } of events)
    for (const hash of Object.values(shapes ?? {})) wanted.set(hash, [time.slice(0, 10), hash]);
  const all = [...wanted.values()];
  const { rows } = await client.query(
    `SELECT hash, subject FROM ${auditSchema}.subjects JOIN unnest($1::date[], $2::text[]) AS wanted(day, hash) USING (day, hash)`,
    [all.map(([day]) => day), all.map(([, hash]) => hash)],
  );
  return new Map(rows.map(({ hash, subject }) => [hash, subject]));
}

async function outcomesOf(
  client: Client,
  events: readonly AuditEvent[],
): Promise<ReadonlyMap<string, unknown>> {
  const statements = events.flatMap(({ statement }) => (statement === undefined ? [] : [statement]));
  if (statements.length === 0) return new Map();
  const since = events.reduce((first, { time }) => (time < first ? time : first), events[0]?.time ?? '');
  const { rows } = await client.query(
    `SELECT statement, event -> 'outcome' AS outcome FROM ${auditSchema}.events
     WHERE type = 'statement.outcome' AND statement = ANY ($1::text[]) AND time >= $2`,
    [statements, since],
  );
  return new Map(rows.map(({ statement, outcome }) => [statement, outcome]));
}

function entryOf(event: AuditEvent, subjects: ReadonlyMap<string, Members>): Entry {
  const own: Record<string, Members> = {};
  for (const [name, hash] of Object.entries(event.shapes ?? {})) {
    const subject = subjects.get(hash);
    if (subject !== undefined) own[name] = subject;
  }
  return { event, subjects: own };
}
