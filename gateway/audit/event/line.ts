// The text of an event: as the journal has it, where subjects are hashes, and as it is shipped, with its subjects.
//
// `hash` is the SHA-256 of the line up to its member "hash". The order of the members is fixed, those of the envelope
// first and the others by their keys, so that the same bytes can be made again from a shipped event.
import { canonicalJson, canonicalMembers, quoted } from './canonical-json.ts';
import type { AuditEvent } from './event.ts';
import { hashOf } from './subject.ts';

/** The envelope is made by the hot path as well (journal/appender.ts): both spell it in this order. */
const envelope = new Set([
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
  'subjects',
]);

/** What comes before the member "hash" in the event's line, and is hashed. */
export function bodyOf(event: AuditEvent): string {
  const { version, chain, seq, previous, time, type, session, statement, shapes } = event;
  const others = canonicalMembers(
    Object.fromEntries(Object.entries(event).filter(([key]) => !envelope.has(key))),
  );
  let text = `{"version":${version},"chain":${quoted(chain)},"seq":${seq},"previous":${quoted(previous)}`;
  text += `,"time":${quoted(time)},"type":${quoted(type)}`;
  if (session !== undefined) text += `,"session":${quoted(session)}`;
  if (statement !== undefined) text += `,"statement":${quoted(statement)}`;
  if (shapes !== undefined) text += `,"shapes":${canonicalJson(shapes)}`;
  return others === '' ? text : `${text},${others}`;
}

export const eventHash = (event: AuditEvent): string => hashOf(bodyOf(event));

/** A journal line that holds a subject. */
export const subjectLine = (hash: string, json: string): string => `{"shape":"${hash}","subject":${json}}\n`;

const subjectStart = '{"shape":"';
const subjectMiddle = '","subject":';

/** The subject in a journal line, or nothing when the line is an event. */
export function subjectIn(line: string): { hash: string; json: string } | undefined {
  if (!line.startsWith(subjectStart)) return undefined;
  const end = line.indexOf('"', subjectStart.length);
  if (end < 0 || !line.startsWith(subjectMiddle, end) || !line.endsWith('}')) return undefined;
  return { hash: line.slice(subjectStart.length, end), json: line.slice(end + subjectMiddle.length, -1) };
}
