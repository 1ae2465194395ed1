// Retention as SQL for the tables of the sink, day by day: to be run by whoever owns them, since the sink's own role only adds.
import { auditSchema } from '../query/postgres/tables.ts';
import type { HoldScope } from './hold.ts';
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
  const within = `e.time >= ${moment(day)} AND e.time < ${moment(day)} + interval '1 day'`;
  const isHeld = heldSql(held, 'e');
  const over = overSql(expiry);
  const isOwn = `e.type LIKE 'audit.%'`;
  const name = day.replaceAll('-', '');
  const rest = `WHERE ${within} AND NOT e.event ? 'redacted' AND NOT ${isOwn} AND NOT (${isHeld})`;
  const labelled = labelSql(expiry);
  return {
    look: `SELECT count(*) FILTER (WHERE ${isHeld})::int AS held,
  count(*) FILTER (WHERE NOT ${isOwn} AND NOT (${over}))::int AS remaining,
  count(*) FILTER (WHERE NOT ${isOwn} AND (${over}) AND NOT e.event ? 'redacted' AND NOT (${isHeld}))::int AS over,
  count(*) FILTER (WHERE NOT ${isOwn} AND NOT (${over}) AND (${labelled ?? 'false'}) AND NOT e.event ? 'redacted' AND NOT (${isHeld}))::int AS labelled
FROM ${events} AS e WHERE ${within}`,
    drop: `DROP TABLE IF EXISTS ${auditSchema}.events_${name}, ${auditSchema}.subjects_${name}`,
    redactByAge: redactSql('age', `${rest} AND (${over})`),
    redactByLabel:
      labelled === undefined ? undefined : redactSql('label', `${rest} AND NOT (${over}) AND (${labelled})`),
    redactSubjects: `UPDATE ${subjects} AS s SET subject = '{"redacted": true}', columns = '{}', labels = '{}', relations = '{}'
WHERE s.day = ${literal(day)} AND NOT s.subject ? 'redacted' AND s.hash NOT IN (
  SELECT shape.hash FROM ${events} AS e, jsonb_each_text(e.event -> 'shapes') AS shape(name, hash)
  WHERE ${within} AND (NOT e.event ? 'redacted' OR (e.event ->> 'redacted' = 'label' AND shape.name <> 'statement')))`,
  };
}

const redactSql = (because: 'age' | 'label', where: string): string =>
  `UPDATE ${events} AS e SET rule = NULL, decision = NULL, shape = NULL,${because === 'age' ? ' principal = NULL,' : ''}
  event = (SELECT jsonb_object_agg(key, value) FROM jsonb_each(e.event) WHERE key = ANY ('{${staying.join(',')}}'))
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

/** Undefined: no rule is about labels. */
function labelSql(expiry: Expiry): string | undefined {
  const rules = [...expiry.labels].map(
    ([label, before]) =>
      `(e.time < ${moment(before)} AND ${hasSubject('e', 'statement', labelledSql(label))})`,
  );
  return rules.length === 0 ? undefined : rules.join(' OR ');
}

const labelledSql = (label: string): string =>
  `EXISTS (SELECT FROM unnest(s.labels) AS label WHERE label = ${literal(label)} OR starts_with(label, ${literal(`${label}.`)}))`;

const hasSubject = (row: string, name: 'session' | 'statement', condition: string): string =>
  `EXISTS (SELECT FROM ${subjects} AS s WHERE s.day = (${row}.time AT TIME ZONE 'UTC')::date AND s.hash = ${row}.event -> 'shapes' ->> '${name}' AND ${condition})`;

/** An outcome is held with the statement that it is of, on whichever day that began. */
function heldSql(held: readonly HoldScope[], row: string): string {
  if (held.length === 0) return 'false';
  const own = (of: string): string => held.map((hold) => `(${scopeSql(hold, of)})`).join(' OR ');
  return `${own(row)} OR (${row}.type = 'statement.outcome' AND ${row}.statement IN (
    SELECT h.statement FROM ${events} AS h WHERE h.type = 'statement.intent' AND (${own('h')})))`;
}

function scopeSql(
  { principal, session, resource, label, relation, since, until }: HoldScope,
  row: string,
): string {
  const parts = ['true'];
  if (since !== undefined) parts.push(`${row}.time >= ${moment(since)}`);
  if (until !== undefined) parts.push(`${row}.time < ${moment(until)}`);
  if (session !== undefined) parts.push(`${row}.session = ${literal(session)}`);
  if (principal !== undefined) parts.push(`${row}.principal = ${literal(principal)}`);
  if (resource !== undefined)
    parts.push(
      `(${row}.event ->> 'resource' = ${literal(resource)} OR ${hasSubject(row, 'session', `s.subject ->> 'resource' = ${literal(resource)}`)})`,
    );
  if (relation !== undefined)
    parts.push(hasSubject(row, 'statement', `${literal(relation)} = ANY (s.relations)`));
  if (label !== undefined) parts.push(hasSubject(row, 'statement', labelledSql(label)));
  return parts.join(' AND ');
}

const literal = (text: string): string => {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
};

const moment = (of: string | number): string =>
  `timestamptz ${literal(typeof of === 'number' ? new Date(of).toISOString() : /T/.test(of) ? of : `${of}T00:00:00Z`)}`;
