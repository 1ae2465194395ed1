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
  readonly #idStart: string;
  #id = '';
  #seq: number;
  #hash: string;
  #subjects: Set<string>;
  /** Of the last event, so that it can be taken back. */
  #added: string[] = [];
  #time = { now: Number.NaN, text: '' };

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
  }

  /**
   * The lines of an event: those of subjects that are new here, and its own. It counts from now on.
   *
   * Each statement runs through here twice: what it costs is seen in every transaction.
   */
  compose(draft: Draft, now: number): string {
    const { type, session, subjects, members } = draft;
    const seq = this.#seq + 1;
    const id = this.#idStart + seq;
    let body = `${this.#start}${seq},"previous":"${this.#hash}","time":"${this.#timeOf(now)}","type":"${type}"`;
    if (session !== undefined) body += `,"session":${JSON.stringify(session)}`;
    const statement = draft.statement ?? (type.startsWith('statement.') ? id : undefined);
    if (statement !== undefined) body += `,"statement":"${statement}"`;
    let before = '';
    this.#added.length = 0;
    if (subjects !== undefined) {
      let shapes = '';
      for (const name of sortedNames(subjects)) {
        const subject = subjects[name] as Subject;
        if (!this.#subjects.has(subject.hash)) before += this.#lineOf(subject);
        shapes += shapes === '' ? `"${name}":"${subject.hash}"` : `,"${name}":"${subject.hash}"`;
      }
      if (shapes !== '') body += `,"shapes":{${shapes}}`;
    }
    const others = typeof members === 'string' ? sound(members) : canonicalMembers(members);
    if (others !== '') body += `,${others}`;
    this.#hash = hashOf(body);
    this.#seq = seq;
    this.#id = id;
    body += lineEnd(this.#hash);
    return before === '' ? body : before + body;
  }

  /** The last event could not be written: it never was. */
  takeBack({ seq, hash }: ChainEnd): void {
    this.#seq = seq;
    this.#hash = hash;
    for (const subject of this.#added) this.#subjects.delete(subject);
    this.#added.length = 0;
  }

  #lineOf({ hash, json }: Subject): string {
    this.#subjects.add(hash);
    this.#added.push(hash);
    return subjectLine(hash, json);
  }

  #timeOf(now: number): string {
    if (now !== this.#time.now) this.#time = { now, text: new Date(now).toISOString() };
    return this.#time.text;
  }
}

/** Names are of letters alone, and mostly given in order. */
function sortedNames(subjects: Readonly<Record<string, Subject>>): readonly string[] {
  const names = Object.keys(subjects);
  return names.length < 2 || (names.length === 2 && (names[0] as string) < (names[1] as string))
    ? names
    : names.sort();
}

/** What was put together by hand may have an escape that databases refuse; canonical JSON has none of those. */
function sound(members: string): string {
  return members.includes('\\u') ? canonicalMembers(JSON.parse(`{${members}}`)) : members;
}
