// An event as it is asked about: what it shares with others is the same object in each of them, so that nobody looks at
// it twice.
import { contextIn } from '../../event/context.ts';
import { Contexts } from '../../event/contexts.ts';
import type { AuditEvent } from '../../event/event.ts';
import { readLine, subjectIn } from '../../event/line.ts';
import { eventsIn, isStatementsLine, readStatements } from '../../event/statements-line.ts';

export type Members = Readonly<Record<string, unknown>>;

export type Entry = Readonly<{
  /** Without its subjects. */
  event: AuditEvent;
  /** By name. One that isn't there any more is missing, while `event.shapes` still names it. */
  subjects: Readonly<Record<string, Members>>;
}>;

const none: Readonly<Record<string, Members>> = Object.freeze({});
/** Of exported lines, each of which carries its own: so many are known as the same. */
const subjectsKept = 50_000;

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
  /** Lines that were no events. */
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
    if (events !== undefined) return events.map((event) => this.#entryOf(event));
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

  #entryOf({ subjects, ...event }: AuditEvent): Entry {
    return { event, subjects: event.shapes === undefined ? none : this.#shared(event.shapes, subjects) };
  }

  #shared(
    shapes: Readonly<Record<string, string>>,
    own: AuditEvent['subjects'],
  ): Readonly<Record<string, Members>> {
    const key = Object.values(shapes).join(' ');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set: Record<string, Members> = {};
    for (const [name, hash] of Object.entries(shapes)) {
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
    const subject = own ?? (text === undefined ? undefined : (JSON.parse(text) as Members));
    // What retention leaves of one.
    if (subject === undefined || subject.redacted === true) return undefined;
    this.#texts.delete(hash);
    this.#subjects.set(hash, subject);
    return subject;
  }
}

function parse(line: string): AuditEvent | undefined {
  try {
    const event = JSON.parse(line) as Partial<AuditEvent>;
    const { chain, seq } = event;
    if (chain === undefined || seq === undefined || event.time === undefined || event.type === undefined)
      return undefined;
    return (event.id === undefined ? { ...event, id: `${chain}/${seq}` } : event) as AuditEvent;
  } catch {
    return undefined;
  }
}
