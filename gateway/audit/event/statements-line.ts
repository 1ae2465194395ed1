// A line that holds several events of statements: what ran within some milliseconds is hashed as one.
//
// {"version":1,"chain":…,"seq":101,"previous":…,"time":…,"type":"statements",
//  "events":["<context>",[0,["7"],9041],"<context>",[1,101,5321,1,15,0,"SELECT 1",77]],"count":2,"hash":…}
//
// `seq` is the number of the first event, and the others follow it. A context is named before the first entry that has it,
// and each entry begins with its place among those of the line. An intent has its parameters then, or 0 where there are
// none, and its text where that stands in no subject; an outcome has the number of its statement's intent, microseconds,
// rows, bytes, rows affected and the command's tag.
// The last number is a check, which tells the event that was changed from the others: that none was is what `hash` says.
// Once retention has taken what was in them, `redacted` stands in the place of `events`, and the entries end behind the
// context and the number of the intent.
//
// Its entries are in the file before it is sealed: who was killed between has left a line without an end (unsealed-line.ts).
// It is written by the hot path as well (journal/open-line.ts): both spell it in this way.
import { canonicalJson, quoted } from './canonical-json.ts';
import type { ContextMembers } from './context.ts';
import type { Contexts } from './contexts.ts';
import { type AuditEvent, idOf, seqOf } from './event.ts';
import { type LineHead, lineEnd } from './line.ts';

export const statementsType = 'statements';

/** What a shipped event says of the line that it stands in: the first of its events, how many they are, and its own check. */
export type Sealed = Readonly<{ check: number; count: number; first: number }>;

type IntentEntry =
  | readonly [at: number, parameters: unknown, check: number]
  | readonly [at: number, parameters: unknown, text: string, check: number];
type OutcomeEntry = readonly [
  at: number,
  statement: number,
  microseconds: number,
  rows: number,
  bytes: number,
  affected: number,
  tag: string,
  check: number,
];
/** What is left of either. */
type RedactedEntry = readonly [at: number, statement?: number];
export type StatementsEntry = IntentEntry | OutcomeEntry | RedactedEntry;

export type StatementsLine = Readonly<{
  head: LineHead;
  /** The last number. */
  through: number;
  isRedacted: boolean;
  entries: readonly StatementsEntry[];
  /** Hashes of contexts, in their places. */
  of: readonly string[];
}>;

const start =
  /^\{"version":1,"chain":"[\w.-]+","seq":\d{1,15},"previous":"[\w-]{43}","time":"[^"\\]*","type":"statements"/;

/** Said by its beginning alone. */
export const isStatementsLine = (line: string): boolean => start.test(line);

const counted = /,"count":(\d{1,9}),"hash":"[\w-]{43}"\}$/;

/** How many events a line holds; 1 for one that holds its own alone. */
export function countIn(line: string, { type }: LineHead): number {
  return type === statementsType ? Number(counted.exec(line)?.[1] ?? 1) : 1;
}

/** Undefined: it isn't such a line, or is damaged. */
export function readStatements(line: string, head: LineHead): StatementsLine | undefined {
  if (head.type !== statementsType) return undefined;
  try {
    const { events, redacted, count } = JSON.parse(line);
    const isRedacted = redacted !== undefined;
    if ((events === undefined) !== isRedacted || !Array.isArray(events ?? redacted)) return undefined;
    const { entries, of } = entriesOf(events ?? redacted);
    const isWhole =
      entries.length === count && entries.every((entry) => isEntry(entry, isRedacted, of.length));
    if (!isWhole || count < 1 || !areNamedFirst(events ?? redacted)) return undefined;
    return { head, through: head.seq + count - 1, isRedacted, entries, of };
  } catch {
    return undefined;
  }
}

/** What a line says of its events, apart: entries, and the contexts in their places. */
export function entriesOf(events: readonly unknown[]): {
  entries: readonly unknown[];
  of: readonly string[];
} {
  const of = events.filter((each) => typeof each === 'string');
  return { entries: events.filter((each) => typeof each !== 'string'), of };
}

/** Each context stands right before the first entry that has it. */
function areNamedFirst(events: readonly unknown[]): boolean {
  let named = 0;
  return events.every((each, index) => {
    if (typeof each === 'string') return Array.isArray(events[index + 1]);
    const isFirst = typeof events[index - 1] === 'string';
    if (isFirst) named += 1;
    const [at] = each as readonly [number];
    return isFirst ? at === named - 1 : at < named;
  });
}

export function isEntry(entry: unknown, isRedacted: boolean, contexts: number): entry is StatementsEntry {
  if (!Array.isArray(entry)) return false;
  const [at, ...rest] = entry;
  if (!Number.isInteger(at) || at < 0 || at >= contexts) return false;
  if (isRedacted) return rest.length === 0 || (rest.length === 1 && Number.isInteger(rest[0]));
  if (rest.length === 2) return Number.isInteger(rest[1]);
  if (rest.length === 3) return typeof rest[1] === 'string' && Number.isInteger(rest[2]);
  const tag = rest[5];
  return rest.length === 7 && typeof tag === 'string' && rest.toSpliced(5, 1).every(Number.isInteger);
}

/** Its events as they are shipped, without their subjects. Undefined: a context isn't known, or isn't that of such an entry. */
export function eventsIn(line: StatementsLine, contexts: Contexts): readonly AuditEvent[] | undefined {
  const { head, isRedacted, entries } = line;
  const of = line.of.map((hash) => contexts.of(hash));
  const events: AuditEvent[] = [];
  for (const [index, entry] of entries.entries()) {
    const context = of[entry[0]];
    const said = context && saidIn(entry, context, isRedacted, head.chain);
    if (context === undefined || said === undefined) return undefined;
    const { chain, seq: first, previous, time, hash } = head;
    const { type, session, shapes, members = {} } = context;
    const seq = first + index;
    const id = idOf(chain, seq);
    events.push({
      ...{ version: 1, id, chain, seq, previous, time, type, session },
      statement: said.statement ?? id,
      ...(shapes === undefined ? {} : { shapes }),
      ...(isRedacted ? { redacted: 'age' } : sorted({ ...members, ...said.own })),
      hash,
      sealed: { check: said.check, count: entries.length, first },
    });
  }
  return events;
}

/** How long the entries are that an event of this type may have. */
export const entryLengths: Readonly<Record<ContextMembers['type'], readonly number[]>> = {
  'statement.intent': [3, 4],
  'statement.outcome': [8],
};
export const redactedLengths: typeof entryLengths = { 'statement.intent': [1], 'statement.outcome': [2] };

/** `own`: in the order of their names. */
type Said = Readonly<{ statement?: string; own: Readonly<Record<string, unknown>>; check: number }>;

/** What an entry says beside its context. Undefined: it is none of an event of that type. */
export function saidIn(
  entry: StatementsEntry,
  { type }: ContextMembers,
  isRedacted: boolean,
  chain: string,
): Said | undefined {
  if (!(isRedacted ? redactedLengths : entryLengths)[type].includes(entry.length)) return undefined;
  if (type === 'statement.intent') {
    if (isRedacted) return { own: {}, check: 0 };
    const [, parameters, second, third] = entry as IntentEntry;
    const of = parameters === 0 ? {} : { parameters };
    return typeof second === 'string' && third !== undefined
      ? { own: { ...of, text: second }, check: third }
      : { own: of, check: second as number };
  }
  const [, seq, microseconds, rows, bytes, affected, tag, check = 0] = entry as OutcomeEntry;
  const outcome = { affected, bytes, milliseconds: microseconds / 1000, rows, state: 'complete', tag };
  return { statement: idOf(chain, seq), own: isRedacted ? {} : { outcome }, check };
}

const sorted = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1)));

/** What a line says of itself before its events. */
export type LineStart = Readonly<{ chain: string; seq: number; previous: string; time: string }>;

/** An event's part in its line: the hash of its context, what it says for itself, and its check. */
export type LinePart = Readonly<{ context: string; own: string; check: number }>;

/** The line's body, of its parts in their order. */
export function bodyOfParts({ chain, seq, previous, time }: LineStart, parts: readonly LinePart[]): string {
  const of: string[] = [];
  const entries = parts.map(({ context, own, check }) => {
    const named = of.length;
    const at = placeIn(of, context);
    return `${of.length > named ? `${quoted(context)},` : ''}[${at},${own},${check}]`;
  });
  return (
    `{"version":1,"chain":${quoted(chain)},"seq":${seq},"previous":${quoted(previous)},"time":${quoted(time)}` +
    `,"type":"${statementsType}","events":[${entries.join(',')}],"count":${parts.length}`
  );
}

/** The place of a context among those of its line, which it is added to where it is new. */
export function placeIn(of: string[], context: string): number {
  const at = of.indexOf(context);
  return at < 0 ? of.push(context) - 1 : at;
}

/** What the event says for itself, as it stands between the place of its context and its check. */
export function ownText(event: AuditEvent): string {
  if (event.type === 'statement.intent') {
    const parameters = event.parameters === undefined ? '0' : canonicalJson(event.parameters);
    return event.text === undefined ? parameters : `${parameters},${canonicalJson(event.text)}`;
  }
  const { milliseconds, rows, bytes, affected, tag } = event.outcome as Record<string, number | string>;
  const microseconds = Math.round(Number(milliseconds) * 1000);
  return `${seqOf(event.statement ?? '')},${microseconds},${rows},${bytes},${affected},${quoted(String(tag))}`;
}

/** As `ownText`, of an entry that isn't redacted. */
export const ownTextOfEntry = (entry: StatementsEntry): string =>
  entry.slice(1, -1).map(canonicalJson).join(',');

/** What the check of such an entry has to be, where its context stands at this place of its line. */
export const checkOfOwn = (own: string, at: number, seq: number): number => checkOf(`[${at},${own}`, seq);

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** FNV-1a, begun with the event's number. */
function checkOf(text: string, seq: number): number {
  const bytes = Buffer.from(text);
  return checkOfBytes(bytes, 0, bytes.length, seq);
}

export function checkOfBytes(bytes: Uint8Array, start: number, end: number, seq: number): number {
  let check = offsetBasis ^ seq;
  for (let at = start; at < end; at++) check = Math.imul(check ^ (bytes[at] as number), prime);
  return check >>> 0;
}

/** What stays of the line once what its events say has had its time; its length is for whoever writes it to keep. */
export function redactedStatements({
  head,
  isRedacted,
  entries,
  of,
}: StatementsLine): Readonly<{ begin: string; end: string }> {
  const { chain, seq, previous, time, hash } = head;
  let named = 0;
  const left = entries.flatMap((entry) => {
    const kept = entry.slice(0, entry.length === 8 || (isRedacted && entry.length === 2) ? 2 : 1);
    return entry[0] < named ? [kept] : [of[named++], kept];
  });
  return {
    begin:
      `{"version":1,"chain":"${chain}","seq":${seq},"previous":"${previous}","time":"${time}","type":"${statementsType}"` +
      `,"redacted":${JSON.stringify(left)}`,
    end: `,"count":${entries.length}${lineEnd(hash).trimEnd()}`,
  };
}
