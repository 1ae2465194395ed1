// Reads a segment back when the journal is opened: how far it is whole, and what was going on at its end.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { contextIn } from '../event/context.ts';
import { Contexts } from '../event/contexts.ts';
import { idOf } from '../event/event.ts';
import { type LineHead, lineEndBytes, readLine, subjectIn } from '../event/line.ts';
import { countIn, readStatements, type StatementsLine } from '../event/statements-line.ts';
import { hashOf } from '../event/subject.ts';
import { readUnsealed, type UnsealedLine } from '../event/unsealed-line.ts';

export type Scan = Readonly<{
  /** The last event that is whole; nothing when there is none. Of a line that holds several, with the last number. */
  last: LineHead | undefined;
  lastLine: string;
  /** Milliseconds since the epoch of the first event. */
  since: number;
  /** Up to the end of the last whole line. */
  wholeBytes: number;
  bytes: number;
  hasLines: boolean;
  /** Where a line is bad although whole ones come after it: no torn end, but damage. */
  damagedAt: number | undefined;
  /** Hashes of those that stand in it as they were written. */
  subjects: ReadonlySet<string>;
  contexts: Contexts;
  /** Statements without an outcome, with their sessions. */
  open: ReadonlyMap<string, string>;
  /** Those that were opened and have not ended. */
  sessions: ReadonlySet<string>;
  /** What follows the last whole line and goes on with the chain, where nothing is damaged. */
  unsealed: UnsealedLine | undefined;
}>;

/** With what is unsealed as a part of it: the line will be sealed. */
export function withUnsealed(scan: Scan, { line, bytes }: UnsealedLine): Scan {
  const open = new Map(scan.open);
  noteStatements(open, line, scan.contexts);
  return { ...scan, open, wholeBytes: scan.wholeBytes + bytes.length };
}

export function scanSegment(file: string): Scan {
  const content = readFileSync(file);
  const subjects = new Set<string>();
  const contexts = new Contexts();
  const open = new Map<string, string>();
  const sessions = new Set<string>();
  let last: LineHead | undefined;
  let lastLine = '';
  let since = Number.NaN;
  let wholeBytes = 0;
  let badAt: number | undefined;
  let damagedAt: number | undefined;
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0x0a, at);
    if (end < 0) break;
    const line = content.toString('utf8', at, end);
    const event = wholeEvent(content.subarray(at, end), line);
    const follows = event !== undefined && (last === undefined || event.previous === last.hash);
    if (follows || (event === undefined && isShared(line, subjects, contexts))) {
      damagedAt ??= badAt;
      wholeBytes = end + 1;
    } else {
      badAt ??= at;
      // An event that is whole in itself, and yet not chained to the one before, has lost its neighbour.
      if (event !== undefined) {
        damagedAt ??= badAt;
        wholeBytes = end + 1;
      }
    }
    if (event !== undefined) {
      if (last === undefined) since = Date.parse(event.time);
      const statements = readStatements(line, event);
      if (statements === undefined) note({ open, sessions }, event, line);
      else noteStatements(open, statements, contexts);
      last = { ...event, seq: event.seq + countIn(line, event) - 1 };
      lastLine = line;
    }
    at = end + 1;
  }
  const hasLines = content.includes(0x0a);
  const found = { last, lastLine, since, wholeBytes, bytes: content.length, hasLines, damagedAt };
  const tail = damagedAt === undefined && badAt === undefined ? content.subarray(wholeBytes) : undefined;
  const unsealed = tail && last && following(last, readUnsealed(tail));
  return { ...found, subjects, contexts, open, sessions, unsealed };
}

const following = (last: LineHead, unsealed: UnsealedLine | undefined): UnsealedLine | undefined => {
  const head = unsealed?.line.head;
  return head?.previous === last.hash && head.seq === last.seq + 1 ? unsealed : undefined;
};

/** What events share, as it was written; then it is known from now on. */
function isShared(line: string, subjects: Set<string>, contexts: Contexts): boolean {
  const context = contextIn(line);
  if (context !== undefined) return contexts.add(context);
  const subject = subjectIn(line);
  if (subject === undefined || hashOf(subject.json) !== subject.hash) return false;
  subjects.add(subject.hash);
  return true;
}

function wholeEvent(bytes: Buffer, line: string): LineHead | undefined {
  const event = readLine(line);
  if (event === undefined) return undefined;
  const body = bytes.subarray(0, bytes.length - lineEndBytes);
  return hash('sha256', body, 'base64url') === event.hash ? event : undefined;
}

/** A segment begins with a head, which names what was open before it: statements and sessions. */
function note(
  { open, sessions }: Readonly<{ open: Map<string, string>; sessions: Set<string> }>,
  event: LineHead,
  line: string,
): void {
  const { type, statement, session } = event;
  if (type === 'audit.head') {
    const before = JSON.parse(line);
    if (typeof before.open === 'object' && before.open !== null) {
      for (const [id, of] of Object.entries(before.open)) open.set(id, String(of));
    }
    if (Array.isArray(before.sessions)) for (const each of before.sessions) sessions.add(String(each));
  }
  if (session !== undefined && type === 'session.opened') sessions.add(session);
  if (session !== undefined && type === 'session.ended') sessions.delete(session);
  if (statement === undefined) return;
  if (type === 'statement.intent') open.set(statement, session ?? '');
  if (type === 'statement.outcome') open.delete(statement);
}

/** Intents have fewer members than outcomes: who they are of is told even where their context is damaged. */
function noteStatements(
  open: Map<string, string>,
  { head: { chain, seq }, entries, of }: StatementsLine,
  contexts: Contexts,
): void {
  for (const [index, entry] of entries.entries()) {
    if (entry.length === 8) open.delete(idOf(chain, entry[1]));
    else open.set(idOf(chain, seq + index), contexts.of(of[entry[0]] ?? '')?.session ?? '');
  }
}
