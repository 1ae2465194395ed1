// The text of an event: as the journal has it, where subjects are hashes, and as it is shipped, with its subjects.
//
// `hash` is the SHA-256 of the line up to its member "hash". The order of the members is fixed, those of the envelope
// first and the others by their keys, so that the same bytes can be made again from a shipped event.
import { canonicalJson, canonicalMembers, quoted } from './canonical-json.ts';
import { type AuditEvent, idOf } from './event.ts';
import { hashOf } from './subject.ts';

/** The envelope is written by the hot path as well (journal/composer.ts): both spell it in this order. */
export const envelope: ReadonlySet<string> = new Set([
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

/** What a line has behind its body. */
export const lineEnd = (hash: string): string => `,"hash":"${hash}"}\n`;

/** Of a line without its newline: as long as this, whatever the hash. */
export const lineEndBytes = lineEnd('A'.repeat(43)).length - 1;

/** What can be said of a line without parsing all of it. */
export type LineHead = Readonly<{
  chain: string;
  seq: number;
  previous: string;
  hash: string;
  time: string;
  type: string;
  session: string | undefined;
  statement: string | undefined;
  /** As JSON. */
  shapes: string | undefined;
}>;

const text = '"((?:[^"\\\\]|\\\\.)*)"';
const start = new RegExp(
  `^\\{"version":1,"chain":"([\\w.-]+)","seq":(\\d{1,15}),"previous":"([\\w-]{43})","time":"([^"\\\\]*)","type":${text}` +
    `(?:,"session":${text})?(?:,"statement":${text})?(?:,"shapes":(\\{[^}]*\\}))?[,}]`,
);
const end = /,"hash":"([\w-]{43})"\}$/;

/** Nothing when the line is not an event. */
export function readLine(line: string): LineHead | undefined {
  const found = start.exec(line);
  const hash = end.exec(line.slice(-lineEndBytes))?.[1];
  if (found === null || hash === undefined) return undefined;
  const [, chain = '', seq, previous = '', time = '', type = '', session, statement, shapes] = found;
  return {
    chain,
    seq: Number(seq),
    previous,
    hash,
    time,
    type: unquoted(type),
    session: session === undefined ? undefined : unquoted(session),
    statement: statement === undefined ? undefined : unquoted(statement),
    shapes,
  };
}

const unquoted = (inner: string): string => (inner.includes('\\') ? JSON.parse(`"${inner}"`) : inner);

const versionEnd = '{"version":1'.length;

/** The line as it is shipped: with its id, and with its subjects behind it, as `subjectsText` has them. */
export function expanded(line: string, { chain, seq }: LineHead, subjects: string): string {
  const own = `{"version":1,"id":"${idOf(chain, seq)}"${line.slice(versionEnd, -1)}`;
  return subjects === '' ? `${own}}` : `${own},"subjects":{${subjects}}}`;
}

/** What the hashes in `shapes` stand for, as members; those that nobody knows are left out. */
export function subjectsText(shapes: string, jsonOf: (hash: string) => string | undefined): string {
  let text = '';
  for (const [name, hash] of Object.entries<string>(JSON.parse(shapes))) {
    const json = jsonOf(hash);
    if (json !== undefined) text += `${text === '' ? '' : ','}${quoted(name)}:${json}`;
  }
  return text;
}

/** A journal line that holds a subject. */
export const subjectLine = (hash: string, json: string): string => `{"shape":"${hash}","subject":${json}}\n`;

const subjectStart = '{"shape":"';
const subjectMiddle = '","subject":';

/** The subject in a journal line, or nothing when the line is something else. */
export function subjectIn(line: string): { hash: string; json: string } | undefined {
  if (!line.startsWith(subjectStart)) return undefined;
  const at = line.indexOf('"', subjectStart.length);
  if (at < 0 || !line.startsWith(subjectMiddle, at) || !line.endsWith('}')) return undefined;
  return { hash: line.slice(subjectStart.length, at), json: line.slice(at + subjectMiddle.length, -1) };
}
