// What of a shipment stands in which column: each list is one parameter, so that a statement takes any number of rows.

import type { AuditEvent } from '../../event/event.ts';
import type { Shipment } from '../sink.ts';
import { columnsOfEvent, columnsOfSubject } from './found-in.ts';

type Subject = Readonly<Record<string, unknown>>;

export type EventRows = Readonly<{
  times: string[];
  seqs: number[];
  types: string[];
  sessions: (string | null)[];
  statements: (string | null)[];
  principals: (string | null)[];
  rules: (string | null)[];
  decisions: (string | null)[];
  /** Of the subject `statement`. */
  shapes: (string | null)[];
  hashes: string[];
  events: string[];
}>;

export type SubjectRows = Readonly<{
  days: string[];
  hashes: string[];
  /** JSON arrays. */
  columns: string[];
  labels: string[];
  relations: string[];
  subjects: string[];
}>;

/** `isKnown`: a subject that is there for that day already. */
export function rowsOf(
  { events }: Shipment,
  isKnown: (day: string, hash: string) => boolean,
): { events: EventRows; subjects: SubjectRows } {
  const rows: EventRows = {
    ...{ times: [], seqs: [], types: [], sessions: [], statements: [], principals: [] },
    ...{ rules: [], decisions: [], shapes: [], hashes: [], events: [] },
  };
  const subjectRows: SubjectRows = {
    ...{ days: [], hashes: [], columns: [], labels: [], relations: [], subjects: [] },
  };
  const taken = new Set<string>();
  for (const { seq, time, type, session, statement, json } of events) {
    const { subjects = {}, ...event } = JSON.parse(json) as AuditEvent;
    const { principal, rule, decision } = columnsOfEvent({ event, subjects });
    rows.times.push(time);
    rows.seqs.push(seq);
    rows.types.push(type);
    rows.sessions.push(session ?? null);
    rows.statements.push(statement ?? null);
    rows.principals.push(principal ?? null);
    rows.rules.push(rule ?? null);
    rows.decisions.push(decision ?? null);
    rows.shapes.push(event.shapes?.statement ?? null);
    rows.hashes.push(event.hash);
    rows.events.push(JSON.stringify(event));
    const day = time.slice(0, 10);
    for (const [name, hash] of Object.entries(event.shapes ?? {})) {
      const subject = subjects[name];
      const key = `${day} ${hash}`;
      if (subject === undefined || taken.has(key) || isKnown(day, hash)) continue;
      taken.add(key);
      push(subjectRows, day, hash, subject);
    }
  }
  return { events: rows, subjects: subjectRows };
}

function push(rows: SubjectRows, day: string, hash: string, subject: Subject): void {
  const { columns, labels, relations } = columnsOfSubject(subject);
  rows.days.push(day);
  rows.hashes.push(hash);
  rows.columns.push(JSON.stringify(columns));
  rows.labels.push(JSON.stringify(labels));
  rows.relations.push(JSON.stringify(relations));
  rows.subjects.push(JSON.stringify(subject));
}
