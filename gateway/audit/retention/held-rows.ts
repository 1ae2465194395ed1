// Which rows of a day holds keep, as SQL: a set that is made once and joined, since each of the day's rows is asked for in it.
import { auditSchema } from '../query/postgres/tables.ts';
import type { HoldScope } from './hold.ts';
import { hasSubject, labelledSql, literal, moment } from './row-sql.ts';

const events = `${auditSchema}.events`;

/** Where they are joined as `held`, the row of `e` is the same. */
export const isSameRow = 'held.chain = e.chain AND held.seq = e.seq AND held.time = e.time';

/**
 * In front of a statement, in which `held` has the places of all that is kept on this day: what a hold names, the outcomes
 * of statements that it names, on whichever day those began, and what shares a line with any of these.
 */
export function withHeldRows(held: readonly HoldScope[], day: string): string {
  const within = withinDay('e', day);
  const named = (row: string): string => held.map((hold) => `(${scopeSql(hold, row)})`).join(' OR ');
  const place = `e.chain, e.seq, e.time`;
  const line = `CASE WHEN e.event ? 'sealed' THEN e.event ->> 'hash' END AS line`;
  return `WITH named AS MATERIALIZED (
  SELECT ${place}, ${line} FROM ${events} AS e WHERE ${within} AND (${named('e')})
  UNION
  SELECT ${place}, ${line} FROM ${events} AS e WHERE ${within} AND e.type = 'statement.outcome'
    AND EXISTS (SELECT FROM ${events} AS h WHERE h.statement = e.statement AND h.type = 'statement.intent'
      AND h.time < ${moment(day)} + interval '2 days' AND (${named('h')}))
), held AS MATERIALIZED (
  SELECT chain, seq, time FROM named
  UNION
  SELECT ${place} FROM ${events} AS e
    JOIN (SELECT DISTINCT chain, time, line FROM named WHERE line IS NOT NULL) AS kept
      ON kept.chain = e.chain AND kept.time = e.time AND kept.line = e.event ->> 'hash'
  WHERE ${within} AND e.event ? 'sealed'
)
`;
}

export const withinDay = (row: string, day: string): string =>
  `${row}.time >= ${moment(day)} AND ${row}.time < ${moment(day)} + interval '1 day'`;

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
