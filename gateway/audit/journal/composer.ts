// Puts events into their lines: numbers and chains them, and knows which subjects the segment has already.
import { canonicalMembers, quoted } from '../event/canonical-json.ts';
import { type Draft, eventVersion, idOf } from '../event/event.ts';
import { lineEnd, subjectLine } from '../event/line.ts';
import { hashOf, type Subject } from '../event/subject.ts';

/** What stands for the event before the first: a hash of zeros. */
export const nothingBefore = 'A'.repeat(43);

export type ChainEnd = Readonly<{ seq: number; hash: string }>;

export class Composer {
  readonly chain: string;
  readonly #start: string;
  #seq: number;
  #hash: string;
  #subjects: Set<string>;
  /** Of the last event, so that it can be taken back. */
  #added: string[] = [];
  #time = { now: Number.NaN, text: '' };

  constructor(chain: string, { seq, hash }: ChainEnd, subjects: ReadonlySet<string>) {
    this.chain = chain;
    this.#start = `{"version":${eventVersion},"chain":${quoted(chain)},"seq":`;
    this.#seq = seq;
    this.#hash = hash;
    this.#subjects = new Set(subjects);
  }

  get end(): ChainEnd {
    return { seq: this.#seq, hash: this.#hash };
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
  }

  /** The lines of an event: those of subjects that are new here, and its own. It counts from now on. */
  compose({ type, session, statement, subjects, members }: Draft, now: number): string {
    const seq = this.#seq + 1;
    this.#added.length = 0;
    let body = `${this.#start}${seq},"previous":"${this.#hash}","time":"${this.#timeOf(now)}","type":${quoted(type)}`;
    if (session !== undefined) body += `,"session":${quoted(session)}`;
    if (statement !== undefined) body += `,"statement":${quoted(statement)}`;
    else if (type.startsWith('statement.')) body += `,"statement":${quoted(idOf(this.chain, seq))}`;
    let before = '';
    if (subjects !== undefined) {
      let shapes = '';
      for (const name of Object.keys(subjects).sort()) {
        const subject = subjects[name] as Subject;
        before += this.#lineOf(subject);
        shapes += `${shapes === '' ? '' : ','}${quoted(name)}:"${subject.hash}"`;
      }
      if (shapes !== '') body += `,"shapes":{${shapes}}`;
    }
    const others = typeof members === 'string' ? sound(members) : canonicalMembers(members);
    if (others !== '') body += `,${others}`;
    this.#hash = hashOf(body);
    this.#seq = seq;
    return before + body + lineEnd(this.#hash);
  }

  /** The last event could not be written: it never was. */
  takeBack({ seq, hash }: ChainEnd): void {
    this.#seq = seq;
    this.#hash = hash;
    for (const subject of this.#added) this.#subjects.delete(subject);
    this.#added.length = 0;
  }

  #lineOf({ hash, json }: Subject): string {
    if (this.#subjects.has(hash)) return '';
    this.#subjects.add(hash);
    this.#added.push(hash);
    return subjectLine(hash, json);
  }

  #timeOf(now: number): string {
    if (now !== this.#time.now) this.#time = { now, text: new Date(now).toISOString() };
    return this.#time.text;
  }
}

/** What was put together by hand may have an escape that databases refuse; canonical JSON has none of those. */
function sound(members: string): string {
  return members.includes('\\u') ? canonicalMembers(JSON.parse(`{${members}}`)) : members;
}
