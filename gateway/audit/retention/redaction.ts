// Lines of a journal without what was in them: as long as before, so that every place in the file stays where it is, and
// with the hash that the chain is made of.
import { type LineHead, readLine, subjectIn } from '../event/line.ts';
import { readStatements, redactedStatements, statementsType } from '../event/statements-line.ts';

/** Why the members of an event are gone. */
export type Because = 'age' | 'label';

const start = /^\{"version":1,"chain":"[^"]*","seq":\d+,"previous":"[^"]*","time":"[^"]*","type":"[^"]*"/;

/** Of one that holds several events, all of them. Undefined: there is nothing in it, or it is no event. */
export function redactedEvent(line: string, because: Because): string | undefined {
  const head = readLine(line);
  const from = head === undefined ? -1 : lengthOfHead(line);
  if (head === undefined || from < 0 || isRedacted(line)) return undefined;
  if (head.type === statementsType) return because === 'age' ? redactedTogether(line, head) : undefined;
  const end = `,"hash":"${head.hash}"}`;
  return padded(line, `${line.slice(0, from)},"redacted":"${because}"`, end);
}

function redactedTogether(line: string, head: LineHead): string | undefined {
  const statements = readStatements(line, head);
  if (statements === undefined) return undefined;
  const { begin, end } = redactedStatements(statements);
  return padded(line, begin, end);
}

/** Of one event it says why; of several, where each of them stands. */
export const isRedacted = (line: string): boolean => {
  const from = lengthOfHead(line);
  return from >= 0 && /^,"redacted":["[]/.test(line.slice(from, from + 14));
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
