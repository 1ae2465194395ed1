// Which rows of a day holds keep, as SQL: a set that is made once and joined, since each of the day's rows is asked for in it.
import { auditSchema, isApproval } from '../query/postgres/tables.ts';
import type { HoldScope } from './hold.ts';
import { dayOf, hasSubject, labelledSql, literal, moment, theDay } from './row-sql.ts';

const events = `${auditSchema}.events`;

/** Where they are joined as `held`, the row of `e` is the same. */
export const isSameRow = 'held.chain = e.chain AND held.seq = e.seq AND held.time = e.time';

/**
 * In front of a statement, in which `held` has the places of all that is kept on this day: what a hold names, the outcomes
 * of statements that it names and what became of requests for them, on whichever day those began, and what shares a line
 * with any of these.
 */
export function withHeldRows(held: readonly HoldScope[], day: string): string {
  const within = withinDay('e', day);
  const named = (row: string, of: string): string =>
    held.map((hold) => `(${scopeSql(hold, row, of)})`).join(' OR ');
  const columns = `e.chain, e.seq, e.time, e.statement, e.type, CASE WHEN e.event ? 'sealed' THEN e.event ->> 'hash' END AS line`;
  return `WITH named AS MATERIALIZED (
  SELECT ${columns} FROM ${events} AS e WHERE ${within} AND (${named('e', theDay(day))})
), begun_before AS MATERIALIZED (
  SELECT ${columns} FROM ${events} AS e WHERE ${within} AND e.type = 'statement.outcome'
    AND NOT EXISTS (SELECT FROM ${events} AS i
      WHERE ${withinDay('i', day)} AND i.type = 'statement.intent' AND i.statement = e.statement)
), asked AS MATERIALIZED (
  SELECT e.chain, e.seq, e.time, e.event -> 'approval' ->> 'id' AS request FROM ${events} AS e
    WHERE ${within} AND e.type LIKE 'approval.%'
), held_requests AS MATERIALIZED (
  SELECT request FROM (SELECT DISTINCT request FROM asked) AS known
    WHERE EXISTS (SELECT FROM ${events} AS h WHERE ${isOfRequest('h')} AND (${named('h', dayOf('h'))}))
      OR EXISTS (SELECT FROM ${events} AS h
        WHERE h.decision IN (SELECT r.decision FROM ${events} AS r WHERE ${isOfRequest('r')})
          AND (${named('h', dayOf('h'))}))
), together AS MATERIALIZED (
  SELECT chain, seq, time, line FROM named
  UNION
  SELECT o.chain, o.seq, o.time, CASE WHEN o.event ? 'sealed' THEN o.event ->> 'hash' END
    FROM ${events} AS o JOIN named ON named.statement = o.statement AND named.type = 'statement.intent'
    WHERE ${withinDay('o', day)} AND o.type = 'statement.outcome'
  UNION
  SELECT chain, seq, time, line FROM begun_before AS o WHERE EXISTS (SELECT FROM ${events} AS h
    WHERE h.statement = o.statement AND h.type = 'statement.intent' AND (${named('h', dayOf('h'))}))
  UNION
  SELECT chain, seq, time, NULL FROM asked JOIN held_requests USING (request)
), held AS MATERIALIZED (
  SELECT chain, seq, time FROM together
  UNION
  SELECT e.chain, e.seq, e.time FROM ${events} AS e
    JOIN (SELECT DISTINCT chain, time, line FROM together WHERE line IS NOT NULL) AS kept
      ON kept.chain = e.chain AND kept.time = e.time AND kept.line = e.event ->> 'hash'
  WHERE ${within} AND e.event ? 'sealed'
)
`;
}

const isOfRequest = (row: string): string =>
  `${isApproval} AND ${row}.event -> 'approval' ->> 'id' = known.request`;

export const withinDay = (row: string, day: string): string =>
  `${row}.time >= ${moment(day)} AND ${row}.time < ${moment(day)} + interval '1 day'`;

function scopeSql(
  { principal, session, resource, label, relation, since, until }: HoldScope,
  row: string,
  day: string,
): string {
  const parts = ['true'];
  if (since !== undefined) parts.push(`${row}.time >= ${moment(since)}`);
  if (until !== undefined) parts.push(`${row}.time < ${moment(until)}`);
  if (session !== undefined) parts.push(`${row}.session = ${literal(session)}`);
  if (principal !== undefined)
    parts.push(
      `(${row}.principal = ${literal(principal)} OR ${row}.event -> 'approval' ->> 'requester' = ${literal(principal)})`,
    );
  if (resource !== undefined)
    parts.push(
      `(${row}.event ->> 'resource' = ${literal(resource)} OR ${hasSubject(row, day, 'session', `s.subject ->> 'resource' = ${literal(resource)}`)})`,
    );
  if (relation !== undefined)
    parts.push(hasSubject(row, day, 'statement', `${literal(relation)} = ANY (s.relations)`));
  if (label !== undefined) parts.push(hasSubject(row, day, 'statement', labelledSql(label)));
  return parts.join(' AND ');
}
