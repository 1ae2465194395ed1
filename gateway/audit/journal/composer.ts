// Puts events into their lines: numbers and chains them, and knows which subjects and contexts the segment has already.
import { canonicalMembers, quoted } from '../event/canonical-json.ts';
import { contextLine } from '../event/context.ts';
import { type Draft, eventVersion, idOf, type Subjects } from '../event/event.ts';
import { lineEnd, subjectLine } from '../event/line.ts';
import { statementsType } from '../event/statements-line.ts';
import { hashOf, type Subject } from '../event/subject.ts';
import type { Lines } from './lines.ts';
import { OpenLine } from './open-line.ts';
import type { JournaledStatement, Place, StatementContext } from './statement-context.ts';

/** What stands for the event before the first: a hash of zeros. */
export const nothingBefore = 'A'.repeat(43);

const beginsEvents = `","type":"${statementsType}","events":[`;

/** Of a turn in which there were more, none is held on to. */
const TAKEN_KEPT = 64;

/** Counts the segments of all journals: a context knows by it whether it stands in this one. */
let segments = 0;

export type ChainEnd = Readonly<{ seq: number; hash: string }>;

export class Composer {
  readonly chain: string;
  readonly #start: string;
  readonly #idStart: string;
  #id = '';
  #seq: number;
  #sealed: number;
  #hash: string;
  #subjects: Set<string>;
  /** Of subjects that are all here: the member that stands for them. */
  #shapes = new WeakMap<Subjects, string>();
  /** Of the last event, so that it can be taken back. */
  #added: string[] = [];
  /** By the hashes of contexts that the segment has, those of an earlier process too. */
  #places: Map<string, Place>;
  #segment = ++segments;
  readonly #line = new OpenLine();
  /** Of events that have their numbers, and stand in no line yet. */
  readonly #taken: JournaledStatement[] = [];
  /** What stands behind in the array is of before: it keeps its room. */
  #takenCount = 0;
  #takenAt = Number.NaN;
  /** Of the last line. */
  #time = Number.NEGATIVE_INFINITY;
  #second = { from: Number.NaN, text: '' };

  constructor(
    chain: string,
    { seq, hash }: ChainEnd,
    subjects: ReadonlySet<string>,
    contexts: ReadonlySet<string> = new Set(),
  ) {
    this.chain = chain;
    this.#start = `{"version":${eventVersion},"chain":${quoted(chain)},"seq":`;
    this.#idStart = idOf(chain, 0).slice(0, -1);
    this.#seq = seq;
    this.#sealed = seq;
    this.#hash = hash;
    this.#subjects = new Set(subjects);
    this.#places = new Map([...contexts].map((hash) => [hash, { line: 0, at: 0 }]));
  }

  get end(): ChainEnd {
    return { seq: this.#seq, hash: this.#hash };
  }

  /** Of the last event. */
  get id(): string {
    return this.#id;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Up to there, lines have their hashes. */
  get sealed(): number {
    return this.#sealed;
  }

  /** Goes on behind so many events of a line that has no end, which is what `into` has. */
  resume(count: number): void {
    this.#line.resume(count);
    this.#seq += count;
  }

  /** Numbers that may have been used by events that were lost are not used again. */
  skip(numbers: number): void {
    this.#seq += numbers;
    this.#sealed = this.#seq;
  }

  /** A new segment has none of the subjects and contexts. */
  forgetSubjects(): void {
    this.#subjects = new Set();
    this.#shapes = new WeakMap();
    this.#places = new Map();
    this.#segment = ++segments;
  }

  /** Adds the lines of an event: those of subjects that are new here, and its own. It counts from now on. */
  compose(draft: Draft, now: number, into: Lines): void {
    this.closeLine(into);
    const { type, session, subjects, members } = draft;
    const seq = this.#seq + 1;
    const id = this.#idStart + seq;
    this.#time = now;
    this.#added.length = 0;
    const shapes = subjects === undefined ? '' : (this.#shapes.get(subjects) ?? this.#take(subjects, into));
    const statement = draft.statement ?? (type.startsWith('statement.') ? id : undefined);
    const others = typeof members === 'string' ? sound(members) : canonicalMembers(members);
    const start = into.length;
    into.add(
      `${this.#start}${seq},"previous":"${this.#hash}","time":"${this.#timeOf(now)}","type":"${type}"` +
        `${session === undefined ? '' : `,"session":${quotedName(session)}`}` +
        `${statement === undefined ? '' : `,"statement":"${statement}"`}` +
        `${shapes}${others === '' ? '' : `,${others}`}`,
    );
    this.#hash = hashOf(into.from(start));
    into.add(lineEnd(this.#hash));
    this.#seq = seq;
    this.#sealed = seq;
    this.#id = id;
  }

  /** Numbers the next event of a statement, which is put into a line with the others of this millisecond. */
  take(statement: JournaledStatement, now: number, into: Lines): number {
    if (now !== this.#takenAt) {
      this.putTaken(into);
      this.#takenAt = now;
    }
    this.#taken[this.#takenCount++] = statement;
    this.#seq += 1;
    return this.#seq;
  }

  /** Puts what was taken into its line, in its order: one after the other, they cost the least. */
  putTaken(into: Lines): void {
    const count = this.#takenCount;
    // When a turn began, or a little later: behind an event with a line of its own no time goes back.
    const now = Math.max(this.#takenAt, this.#time);
    let seq = this.#seq - count;
    for (let at = 0; at < count; at++) {
      const statement = this.#taken[at] as JournaledStatement;
      const { context } = statement;
      if (context.intent.segment !== this.#segment) this.#define(context, seq, into);
      if (!this.#line.takes(now, into)) this.#beginLine(seq, now, into);
      seq += 1;
      if (seq === statement.seq) this.#line.intent(statement, seq, into);
      else this.#line.outcome(statement, seq, into);
    }
    this.#takenCount = 0;
    if (count > TAKEN_KEPT) this.#taken.length = 0;
  }

  #beginLine(last: number, now: number, into: Lines): void {
    this.#sealLine(last, into);
    this.#time = now;
    this.#line.begin(now, into);
    into.add(
      `${this.#start}${last + 1},"previous":"${this.#hash}","time":"${this.#timeOf(now)}${beginsEvents}`,
    );
  }

  /** What comes next stands in a line of its own, and `end` is where the chain has come to. */
  closeLine(into: Lines): void {
    this.putTaken(into);
    this.#sealLine(this.#seq, into);
  }

  #sealLine(last: number, into: Lines): void {
    if (this.#line.isOpen) {
      const { start } = this.#line;
      this.#line.end(into);
      this.#hash = hashOf(into.from(start));
      into.add(lineEnd(this.#hash));
    }
    this.#sealed = last;
  }

  /** Everything is in the file: what is needed of it is the line that goes on. */
  wrote(into: Lines): void {
    into.wrote(this.#line.isOpen ? this.#line.start : into.length);
    if (this.#line.isOpen) this.#line.moved();
  }

  /** Writes the lines of what a statement's events share, where the segment has them not. */
  #define(context: StatementContext, last: number, into: Lines): void {
    this.#sealLine(last, into);
    this.#added.length = 0;
    if (!this.#shapes.has(context.subjects)) this.#take(context.subjects, into);
    for (const each of [context.intent, context.outcome]) {
      const { hash } = each.subject;
      const place = this.#places.get(hash) ?? { line: 0, at: 0 };
      if (!this.#places.has(hash)) into.add(contextLine(each.subject));
      this.#places.set(hash, place);
      each.place = place;
      each.segment = this.#segment;
    }
  }

  /** The last event could not be written: it never was. */
  takeBack({ seq, hash }: ChainEnd): void {
    this.#seq = seq;
    this.#sealed = seq;
    this.#hash = hash;
    if (this.#added.length > 0) this.#shapes = new WeakMap();
    for (const subject of this.#added) this.#subjects.delete(subject);
    this.#added.length = 0;
    // They are written again before they are named.
    this.#places.clear();
    this.#segment = ++segments;
  }

  /** The member `shapes` that stands for them, and in front of it the lines of those that are new. */
  #take(subjects: Subjects, into: Lines): string {
    let shapes = '';
    for (const name of Object.keys(subjects).sort()) {
      const { hash, json } = subjects[name] as Subject;
      if (!this.#subjects.has(hash)) {
        this.#subjects.add(hash);
        this.#added.push(hash);
        into.add(subjectLine(hash, json));
      }
      shapes += `${shapes === '' ? '' : ','}"${name}":"${hash}"`;
    }
    const member = shapes === '' ? '' : `,"shapes":{${shapes}}`;
    this.#shapes.set(subjects, member);
    return member;
  }

  #timeOf(now: number): string {
    return this.#secondOf(now) + (ends[now - this.#second.from] as string);
  }

  /** The time without what it has behind its second, which is the same for thousands of events. */
  #secondOf(now: number): string {
    const milliseconds = now - this.#second.from;
    if (milliseconds >= 0 && milliseconds < 1000) return this.#second.text;
    const from = Math.floor(now / 1000) * 1000;
    this.#second = { from, text: new Date(from).toISOString().slice(0, -ends0.length) };
    return this.#second.text;
  }
}

/** What a time has behind its second. */
const ends = Array.from({ length: 1000 }, (_, at) => `.${String(at).padStart(3, '0')}Z`);
const [ends0 = ''] = ends;

/** Names of sessions are of letters and digits, save those that others gave. */
const quotedName = (name: string): string => (plainName.test(name) ? `"${name}"` : JSON.stringify(name));

const plainName = /^[\w-]+$/;

/** What was put together by hand may have an escape that databases refuse; canonical JSON has none of those. */
function sound(members: string): string {
  return members.includes('\\u') ? canonicalMembers(JSON.parse(`{${members}}`)) : members;
}
