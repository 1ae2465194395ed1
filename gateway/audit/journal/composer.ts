// Puts events into their lines: numbers and chains them, and knows which subjects the segment has already.
import { canonicalMembers, quoted } from '../event/canonical-json.ts';
import { type Draft, eventVersion, idOf, type Subjects } from '../event/event.ts';
import { lineEnd, subjectLine } from '../event/line.ts';
import { hashOf, type Subject } from '../event/subject.ts';
import type { Context } from '../event/context.ts';
import type { Lines } from './lines.ts';

/** What stands for the event before the first: a hash of zeros. */
export const nothingBefore = 'A'.repeat(43);

const comma = 0x2c;
const quote = 0x22;
const bracket = 0x5b;
const bracketEnd = 0x5d;

export type ChainEnd = Readonly<{ seq: number; hash: string }>;

export class Composer {
  readonly chain: string;
  readonly #start: string;
  readonly #idStart: string;
  #id = '';
  #seq: number;
  #hash: string;
  #subjects: Set<string>;
  /** Of subjects that are all here: the member that stands for them. */
  #shapes = new WeakMap<Subjects, string>();
  /** Of the last event, so that it can be taken back. */
  #added: string[] = [];
  #second = { from: Number.NaN, text: '' };

  constructor(chain: string, { seq, hash }: ChainEnd, subjects: ReadonlySet<string>) {
    this.chain = chain;
    this.#start = `{"version":${eventVersion},"chain":${quoted(chain)},"seq":`;
    this.#idStart = idOf(chain, 0).slice(0, -1);
    this.#seq = seq;
    this.#hash = hash;
    this.#subjects = new Set(subjects);
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

  /** Numbers that may have been used by events that were lost are not used again. */
  skip(numbers: number): void {
    this.#seq += numbers;
  }

  /** A new segment has none of the subjects. */
  forgetSubjects(): void {
    this.#subjects = new Set();
    this.#shapes = new WeakMap();
    this.#segment += 1;
  }

  /**
   * Adds the lines of an event: those of subjects that are new here, and its own. It counts from now on.
   *
   * Each statement runs through here twice: what it costs is seen in every transaction.
   */
  compose(draft: Draft, now: number, into: Lines): void {
    this.closeLine(into);
    const { type, session, subjects, members } = draft;
    const seq = this.#seq + 1;
    const id = this.#idStart + seq;
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
    this.#id = id;
  }

  /** Opens a place in the line of many for an event of this context. */
  #place(context: Context, now: number, into: Lines): void {
    if (context.segment !== this.#segment) this.#define(context, into);
    if (this.#lineStart < 0) this.#openLine(now, into);
    else into.byte(comma);
    if (context.line !== this.#line) {
      context.line = this.#line;
      context.at = this.#contexts.length;
      this.#contexts.push(context);
    }
    this.#seq += 1;
    into.byte(bracket);
    into.number(context.at);
  }

  intent(context: Context, now: number, into: Lines): number {
    this.#place(context, now, into);
    into.byte(comma);
    into.number(Math.max(0, now - this.#lineTime));
    return this.#seq;
  }

  outcome(
    context: Context,
    now: number,
    into: Lines,
    statement: number,
    microseconds: number,
    rows: number,
    bytes: number,
    affected: number,
    tag: string,
  ): void {
    this.#place(context, now, into);
    into.byte(comma);
    into.number(Math.max(0, now - this.#lineTime));
    into.byte(comma);
    into.number(statement);
    into.byte(comma);
    into.number(microseconds);
    into.byte(comma);
    into.number(rows);
    into.byte(comma);
    into.number(bytes);
    into.byte(comma);
    into.number(affected);
    into.byte(comma);
    into.byte(quote);
    into.ascii(tag);
    into.byte(quote);
    into.byte(bracketEnd);
  }

  #define(context: Context, into: Lines): void {
    this.closeLine(into);
    this.#take(context.subjects, into);
    this.#take({ context: context.subject }, into);
    context.segment = this.#segment;
  }

  #openLine(now: number, into: Lines): void {
    this.#line += 1;
    this.#lineStart = into.length;
    this.#lineTime = now;
    into.add(
      `${this.#start}${this.#seq + 1},"previous":"${this.#hash}","time":"${this.#timeOf(now)}","type":"statements","events":[`,
    );
  }

  /** What follows stands in a line of its own. */
  closeLine(into: Lines): void {
    if (this.#lineStart < 0) return;
    into.ascii('],"of":[');
    for (let at = 0; at < this.#contexts.length; at++) {
      into.ascii(at === 0 ? '"' : ',"');
      into.ascii((this.#contexts[at] as Context).subject.hash);
      into.byte(quote);
    }
    into.byte(bracketEnd);
    this.#contexts.length = 0;
    this.#hash = hashOf(into.from(this.#lineStart));
    into.ascii(lineEnd(this.#hash));
    this.#lineStart = -1;
  }

  #lineStart = -1;
  #line = 0;
  #lineTime = 0;
  #segment = 1;
  readonly #contexts: Context[] = [];

  /** The last event could not be written: it never was. */
  takeBack({ seq, hash }: ChainEnd): void {
    this.#seq = seq;
    this.#hash = hash;
    if (this.#added.length === 0) return;
    for (const subject of this.#added) this.#subjects.delete(subject);
    this.#added.length = 0;
    this.#shapes = new WeakMap();
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

  /** Put together from the second, which is the same for thousands of events. */
  #timeOf(now: number): string {
    const milliseconds = now - this.#second.from;
    if (milliseconds >= 0 && milliseconds < 1000) return this.#second.text + (ends[milliseconds] as string);
    const from = Math.floor(now / 1000) * 1000;
    this.#second = { from, text: new Date(from).toISOString().slice(0, -ends0.length) };
    return this.#second.text + (ends[now - from] as string);
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
