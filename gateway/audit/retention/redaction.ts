// Lines of a journal without what was in them: as long as before, so that every place in the file stays where it is, and
// with the hash that the chain is made of.
import { canonicalJson } from '../event/canonical-json.ts';
import { type LineHead, readLine, subjectIn } from '../event/line.ts';
import { readStatements, redactedStatements, statementsType } from '../event/statements-line.ts';

/** Why the members of an event are gone. */
export type Because = 'age' | 'label';

const start = /^\{"version":1,"chain":"[^"]*","seq":\d+,"previous":"[^"]*","time":"[^"]*","type":"[^"]*"/;
const marked = /^,"redacted":("age"|"label"|\[)/;
const shapes = /,"shapes":(\{[^}]*\})$/;

/** Of one that holds several events, all of them. Undefined: it is so already, there is nothing in it, or it is no event. */
export function redactedEvent(line: string, because: Because): string | undefined {
  const head = readLine(line);
  const from = head === undefined ? -1 : lengthOfHead(line);
  if (head === undefined || from < 0) return undefined;
  const was = marked.exec(line.slice(from))?.[1];
  // What lost its details by a label loses the rest by its age.
  if (was !== undefined && !(was === '"label"' && because === 'age')) return undefined;
  if (head.type === statementsType) return because === 'age' ? redactedTogether(line, head) : undefined;
  const end = `,"hash":"${head.hash}"}`;
  const place = line.slice(0, from);
  const mark = `,"redacted":"${because}"`;
  // `path` alone is shorter than the mark: then the hashes of what goes as well make room for it.
  return padded(line, place + mark, end) ?? padded(line, withFewerShapes(place, because) + mark, end);
}

/** Of a label the statement alone is gone. */
const withFewerShapes = (place: string, because: Because): string =>
  place.replace(shapes, (_, json: string) => {
    const { statement, ...others } = JSON.parse(json);
    return because === 'age' || Object.keys(others).length === 0 ? '' : `,"shapes":${canonicalJson(others)}`;
  });

function redactedTogether(line: string, head: LineHead): string | undefined {
  const statements = readStatements(line, head);
  if (statements === undefined) return undefined;
  const { begin, end } = redactedStatements(statements);
  return padded(line, begin, end);
}

/** Of one event it says why; of several, where each of them stands. */
export const isRedacted = (line: string): boolean => {
  const from = lengthOfHead(line);
  return from >= 0 && marked.test(line.slice(from));
};

/** What a subject's line says once it is gone. */
export const redactedSubject = '{"redacted":true}';

/** Undefined: it is gone already, or no subject. */
export function withoutSubject(line: string): string | undefined {
  const subject = subjectIn(line);
  if (subject === undefined || isRedactedSubject(subject.json)) return undefined;
  return padded(line, `{"shape":"${subject.hash}","subject":${redactedSubject}`, '}');
}

export const isRedactedSubject = (json: string): boolean => json.trimEnd() === redactedSubject;

/** Up to and with the hashes of its subjects; the order is that of event/line.ts. */
function lengthOfHead(line: string): number {
  const found = start.exec(line);
  if (found === null) return -1;
  let at = found[0].length;
  for (const member of [
    /^,"session":"(?:[^"\\]|\\.)*"/,
    /^,"statement":"(?:[^"\\]|\\.)*"/,
    /^,"shapes":\{[^}]*\}/,
  ]) {
    at += member.exec(line.slice(at, at + 1000))?.[0].length ?? 0;
  }
  return at;
}

/** Undefined: it would be longer than it was, since there was hardly anything in it. */
function padded(line: string, begin: string, end: string): string | undefined {
  const room = Buffer.byteLength(line) - Buffer.byteLength(begin) - Buffer.byteLength(end);
  return room < 0 ? undefined : `${begin}${' '.repeat(room)}${end}`;
}
