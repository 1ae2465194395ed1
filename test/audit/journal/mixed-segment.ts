// Lines of a segment as a gateway writes them, some with an event of their own and some with several, made one by one.
import { contextLine } from '../../../gateway/audit/event/context.ts';
import { type AuditEvent, idOf } from '../../../gateway/audit/event/event.ts';
import { bodyOf, lineEnd, subjectLine } from '../../../gateway/audit/event/line.ts';
import { hashOf, type Subject } from '../../../gateway/audit/event/subject.ts';
import { nothingBefore } from '../../../gateway/audit/journal/composer.ts';
import { contextOfEvent, statementsBody } from '../lines-of-events.ts';

type Members = Readonly<Record<string, unknown>>;
type SharedSubjects = Readonly<Record<string, Subject>>;
/** Makes the event that is at its place in the line. */
type Make = (type: string, members: Members, subjects?: SharedSubjects) => AuditEvent;

export const chain = 'gateway-0.abc123';

export class MixedSegment {
  readonly lines: string[] = [];
  #seq = 0;
  #previous = nothingBefore;
  readonly #shared = new Set<string>();

  get seq(): number {
    return this.#seq;
  }

  get text(): string {
    return this.lines.join('');
  }

  /** Where each line ends. */
  get ends(): readonly number[] {
    let at = 0;
    return this.lines.map((line) => {
      at += Buffer.byteLength(line);
      return at;
    });
  }

  /** An event with a line of its own. */
  alone(type: string, members: Members = {}, subjects: SharedSubjects = {}): string {
    const event = this.#event(type, 0, members, this.#shapesOf(subjects));
    this.#write(bodyOf(event), 1);
    return event.id;
  }

  /** Events of one line; the ids. */
  together(...makers: readonly ((make: Make) => AuditEvent)[]): readonly string[] {
    const events = makers.map((maker, at) =>
      maker((type, members, subjects = {}) => this.#event(type, at, members, this.#shapesOf(subjects))),
    );
    for (const event of events) {
      const context = contextOfEvent(event);
      this.#define(context.hash, contextLine(context));
    }
    this.#write(statementsBody(events), events.length);
    return events.map(({ id }) => id);
  }

  #event(type: string, at: number, members: Members, shapes: AuditEvent['shapes']): AuditEvent {
    const seq = this.#seq + 1 + at;
    const id = idOf(chain, seq);
    const { statement = type.startsWith('statement.') ? id : undefined, ...others } = members as {
      statement?: string;
    };
    return {
      ...{ version: 1, id, chain, seq, previous: this.#previous, hash: '' },
      ...{ time: '2030-01-31T12:00:00.000Z', type },
      ...(statement === undefined ? {} : { statement }),
      ...(shapes === undefined ? {} : { shapes }),
      ...others,
    };
  }

  #shapesOf(subjects: SharedSubjects): AuditEvent['shapes'] {
    const names = Object.keys(subjects).sort();
    for (const name of names) {
      const { hash, json } = subjects[name] as Subject;
      this.#define(hash, subjectLine(hash, json));
    }
    return names.length === 0
      ? undefined
      : Object.fromEntries(names.map((name) => [name, (subjects[name] as Subject).hash]));
  }

  #define(hash: string, line: string): void {
    if (this.#shared.has(hash)) return;
    this.#shared.add(hash);
    this.lines.push(line);
  }

  #write(body: string, events: number): void {
    this.#previous = hashOf(body);
    this.#seq += events;
    this.lines.push(`${body}${lineEnd(this.#previous)}`);
  }
}

export const intent =
  (session: string, subjects: SharedSubjects, own: Readonly<{ parameters?: unknown; text?: string }> = {}) =>
  (make: Make): AuditEvent =>
    make('statement.intent', { session, path: 'query', decision_id: `of ${session}`, ...own }, subjects);

export const outcome =
  (session: string, statement: string, rows = 1) =>
  (make: Make): AuditEvent =>
    make('statement.outcome', {
      ...{ session, statement },
      outcome: {
        affected: 0,
        bytes: rows * 10,
        milliseconds: 5.321,
        rows,
        state: 'complete',
        tag: `SELECT ${rows}`,
      },
    });
