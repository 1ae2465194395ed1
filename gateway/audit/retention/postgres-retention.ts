// Retention as SQL for the tables of the sink, day by day: to be run by whoever owns them, since the sink's own role only adds.
import { auditSchema } from '../query/postgres/tables.ts';
import { isSameRow, withHeldRows, withinDay } from './held-rows.ts';
import type { HoldScope } from './hold.ts';
import { hasSubject, labelledSql, literal, moment, theDay } from './row-sql.ts';
import type { Expiry } from './rules.ts';

const events = `${auditSchema}.events`;
const subjects = `${auditSchema}.subjects`;

/** What stays of an event, so that its chain can be verified and its place is known. */
const staying = [
  'version',
  'id',
  'chain',
  'seq',
  'previous',
  'hash',
  'time',
  'type',
  'session',
  'statement',
  'shapes',
  'sealed',
];

export type DaySql = Readonly<{
  /** How many are held, and how many rows still have time, among them those: none of these, and the day may go. */
  look: string;
  /** Of a day that may go. */
  drop: string;
  /** Of one that may not: events and subjects lose what had its time. */
  redactByAge: string;
  redactByLabel: string | undefined;
  redactSubjects: string;
}>;

/** `day`: 2030-01-31. */
export function retentionSql(day: string, expiry: Expiry, held: readonly HoldScope[]): DaySql {
  const within = withinDay('e', day);
  const over = overSql(expiry);
  const isOwn = `e.type LIKE 'audit.%'`;
  const name = day.replaceAll('-', '');
  const first = held.length === 0 ? '' : withHeldRows(held, day);
  const isKept = held.length === 0 ? 'false' : `EXISTS (SELECT FROM held WHERE ${isSameRow})`;
  const rest = `WHERE ${within} AND NOT ${isOwn} AND NOT ${isKept}`;
  const labelled = labelSql(expiry, day);
  const goes = `NOT ${isOwn} AND held.seq IS NULL`;
  // What lost its details by a label loses the rest by its age.
  const byAge = `(${over}) AND e.event ->> 'redacted' IS DISTINCT FROM 'age'`;
  const byLabel = `NOT (${over}) AND NOT e.event ? 'redacted' AND (${labelled ?? 'false'})`;
  return {
    look: `${first}SELECT count(held.seq)::int AS held,
  count(*) FILTER (WHERE NOT ${isOwn} AND NOT (${over}))::int AS remaining,
  count(*) FILTER (WHERE ${goes} AND ${byAge})::int AS over,
  count(*) FILTER (WHERE ${goes} AND ${byLabel})::int AS labelled
FROM ${events} AS e LEFT JOIN ${held.length === 0 ? '(SELECT NULL::bigint AS seq) AS held ON false' : `held ON ${isSameRow}`}
WHERE ${within}`,
    drop: `DROP TABLE IF EXISTS ${auditSchema}.events_${name}, ${auditSchema}.subjects_${name}`,
    redactByAge: first + redactSql('age', `${rest} AND ${byAge}`),
    redactByLabel: labelled === undefined ? undefined : first + redactSql('label', `${rest} AND ${byLabel}`),
    redactSubjects: `UPDATE ${subjects} AS s SET subject = '{"redacted": true}', columns = '{}', labels = '{}', relations = '{}'
WHERE s.day = ${literal(day)} AND NOT s.subject ? 'redacted' AND NOT EXISTS (
  SELECT FROM ${events} AS e, jsonb_each_text(e.event -> 'shapes') AS shape(name, hash)
  WHERE shape.hash = s.hash AND ${within}
    AND (NOT e.event ? 'redacted' OR (e.event ->> 'redacted' = 'label' AND shape.name <> 'statement')))`,
  };
}

/** A check of what is gone would tell whoever guesses that the guess is right. */
const redactSql = (because: 'age' | 'label', where: string): string =>
  `UPDATE ${events} AS e SET rule = NULL, decision = NULL, shape = NULL,${because === 'age' ? ' principal = NULL,' : ''}
  event = (SELECT jsonb_object_agg(key, CASE key WHEN 'sealed' THEN value || '{"check": 0}' ELSE value END)
    FROM jsonb_each(e.event) WHERE key = ANY ('{${staying.join(',')}}'))
    || '{"redacted": "${because}"}'
${where}`;

/** Each kind with its own time; the rest with that of `all`. */
function overSql(expiry: Expiry): string {
  const kinds = [...expiry.kinds].filter(([kind]) => kind !== 'all' && kind !== 'recording');
  const own = kinds.map(
    ([kind, before]) => `(e.type LIKE ${literal(`${kind}.%`)} AND e.time < ${moment(before)})`,
  );
  const all = expiry.kinds.get('all');
  const others = kinds.map(([kind]) => ` AND e.type NOT LIKE ${literal(`${kind}.%`)}`).join('');
  if (all !== undefined) own.push(`(e.time < ${moment(all)}${others})`);
  return own.length === 0 ? 'false' : own.join(' OR ');
}

/** Undefined: no rule is about labels. Nothing that is labelled shares a line with others. */
function labelSql(expiry: Expiry, day: string): string | undefined {
  const rules = [...expiry.labels].map(
    ([label, before]) =>
      `(e.time < ${moment(before)} AND ${hasSubject('e', theDay(day), 'statement', labelledSql(label))})`,
  );
  return rules.length === 0 ? undefined : `NOT e.event ? 'sealed' AND (${rules.join(' OR ')})`;
}
