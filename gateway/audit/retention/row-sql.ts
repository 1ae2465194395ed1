// What retention asks of a row and of what it shares with others, as SQL.
import { auditSchema } from '../query/postgres/tables.ts';

/** `day`: an expression; where it is the same for all rows, no other partition is looked at. */
export const hasSubject = (
  row: string,
  day: string,
  name: 'session' | 'statement',
  condition: string,
): string =>
  `EXISTS (SELECT FROM ${auditSchema}.subjects AS s WHERE s.day = ${day} AND s.hash = ${row}.event -> 'shapes' ->> '${name}' AND ${condition})`;

export const dayOf = (row: string): string => `(${row}.time AT TIME ZONE 'UTC')::date`;

export const theDay = (day: string): string => `date ${literal(day)}`;

export const labelledSql = (label: string): string =>
  `EXISTS (SELECT FROM unnest(s.labels) AS label WHERE label = ${literal(label)} OR starts_with(label, ${literal(`${label}.`)}))`;

export const literal = (text: string): string => {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
};

/** `of`: a day, a time, or milliseconds since 1970. */
export const moment = (of: string | number): string =>
  `timestamptz ${literal(typeof of === 'number' ? new Date(of).toISOString() : /T/.test(of) ? of : `${of}T00:00:00Z`)}`;
