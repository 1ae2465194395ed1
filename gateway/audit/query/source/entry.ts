// An event as it is asked about: what it shares with others is the same object in each of them, so that nobody looks at
// it twice.
import { contextIn } from '../../event/context.ts';
import { Contexts } from '../../event/contexts.ts';
import { type AuditEvent, idOf } from '../../event/event.ts';
import { readLine, subjectIn } from '../../event/line.ts';
import { eventsIn, isStatementsLine, readStatements } from '../../event/statements-line.ts';

export type Members = Readonly<Record<string, unknown>>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export type Entry = Readonly<{
  /** Without its subjects. */
  event: AuditEvent;
  /** By name. One that isn't there any more is missing, while `event.shapes` still names it. */
  subjects: Readonly<Record<string, Members>>;
}>;

const none: Readonly<Record<string, Members>> = Object.freeze({});
/** Of exported lines, each of which carries its own: so many are known as the same. */
const subjectsKept = 50_000;

/** It stands for itself: it has an id, which a journal's line hasn't. */
export const isExported = (line: string): boolean => /^\{"version":\d+,"id":/.test(line);

const nothing: readonly Entry[] = Object.freeze([]);

/**
 * Understands the lines of a journal's segment, where subjects and contexts have lines of their own, and of an export,
 * where they haven't.
 */
export class EntryReader {
  readonly #texts = new Map<string, string>();
  readonly #subjects = new Map<string, Members>();
  readonly #sets = new Map<string, Readonly<Record<string, Members>>>();
  readonly #contexts = new Contexts();
  /** Lines that were no events, and none of what events share. */
  unreadable = 0;

  /** In their order; none: the line holds no event. */
  read(line: string): readonly Entry[] {
    const subject = subjectIn(line);
    if (subject !== undefined) {
      if (!this.#subjects.has(subject.hash)) this.#texts.set(subject.hash, subject.json);
      return nothing;
    }
    const context = contextIn(line);
    if (context !== undefined && this.#contexts.add(context)) return nothing;
    const events = this.#eventsIn(line);
    if (events !== undefined) return events.map((event) => this.#entryOf(event, isExported(line)));
    this.unreadable += 1;
    return nothing;
  }

  #eventsIn(line: string): readonly AuditEvent[] | undefined {
    if (!isStatementsLine(line)) {
      const event = parse(line);
      return event && [event];
    }
    const head = readLine(line);
    const statements = head && readStatements(line, head);
    return statements && eventsIn(statements, this.#contexts);
  }

  #entryOf({ subjects, ...event }: AuditEvent, exported: boolean): Entry {
    const { shapes } = event;
    return {
      event,
      subjects:
        shapes === undefined ? none : this.#shared(shapes, subjects, exported || subjects !== undefined),
    };
  }

  /** Of an exported event, what stands in it: retention may have taken from it what others with these shapes still have. */
  #shared(
    shapes: Readonly<Record<string, string>>,
    own: AuditEvent['subjects'],
    isExported: boolean,
  ): Readonly<Record<string, Members>> {
    const named = Object.entries(shapes).filter(([name]) => !isExported || isWhole(own?.[name]));
    const key = named.map(([, hash]) => hash).join(' ');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set: Record<string, Members> = {};
    for (const [name, hash] of named) {
      const subject = this.#subject(hash, own?.[name]);
      if (subject !== undefined) set[name] = subject;
    }
    if (this.#sets.size >= subjectsKept) {
      this.#sets.clear();
      if (own !== undefined) this.#subjects.clear();
    }
    this.#sets.set(key, set);
    return set;
  }

  #subject(hash: string, own: Members | undefined): Members | undefined {
    const known = this.#subjects.get(hash);
    if (known !== undefined) return known;
    const text = this.#texts.get(hash);
    const subject = own ?? (text === undefined ? undefined : this.#parsed(text));
    if (!isWhole(subject)) return undefined;
    this.#texts.delete(hash);
    this.#subjects.set(hash, subject);
    return subject;
  }

  /** Undefined: its line is damaged. */
  #parsed(text: string): Members | undefined {
    try {
      const subject: unknown = JSON.parse(text);
      if (isMembers(subject)) return subject;
    } catch {}
    this.unreadable += 1;
    return undefined;
  }
}

/** Retention leaves a mark of one. */
const isWhole = (subject: Members | undefined): subject is Members =>
  subject !== undefined && subject.redacted !== true;

function parse(line: string): AuditEvent | undefined {
  try {
    const event = JSON.parse(line);
    if (!isEvent(event)) return undefined;
    return event.id === undefined ? ({ ...event, id: idOf(event.chain, event.seq) } as AuditEvent) : event;
  } catch {
    return undefined;
  }
}

/** As far as whoever reads one counts on it. */
function isEvent(value: unknown): value is AuditEvent {
  if (!isMembers(value)) return false;
  const { id, chain, seq, time, type, session, statement, shapes, subjects } = value;
  return (
    [chain, time, type].every(isText) &&
    [id, session, statement].every((each) => each === undefined || isText(each)) &&
    Number.isSafeInteger(seq) &&
    !Number.isNaN(Date.parse(time as string)) &&
    (shapes === undefined || (isMembers(shapes) && Object.values(shapes).every(isText))) &&
    (subjects === undefined || (isMembers(subjects) && Object.values(subjects).every(isMembers)))
  );
}

const isText = (value: unknown): boolean => typeof value === 'string';
