// What retention asks of a row and of what it shares with others, as SQL.
import { auditSchema } from '../query/postgres/tables.ts';

export const hasSubject = (row: string, name: 'session' | 'statement', condition: string): string =>
  `EXISTS (SELECT FROM ${auditSchema}.subjects AS s WHERE s.day = (${row}.time AT TIME ZONE 'UTC')::date AND s.hash = ${row}.event -> 'shapes' ->> '${name}' AND ${condition})`;

export const labelledSql = (label: string): string =>
  `EXISTS (SELECT FROM unnest(s.labels) AS label WHERE label = ${literal(label)} OR starts_with(label, ${literal(`${label}.`)}))`;

export const literal = (text: string): string => {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
};

/** `of`: a day, a time, or milliseconds since 1970. */
export const moment = (of: string | number): string =>
  `timestamptz ${literal(typeof of === 'number' ? new Date(of).toISOString() : /T/.test(of) ? of : `${of}T00:00:00Z`)}`;
