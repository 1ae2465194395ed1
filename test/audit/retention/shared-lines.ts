// A segment in which several events share a line, with the subjects and contexts that they name.
import { Buffer } from 'node:buffer';
import { contextLine } from '../../../gateway/audit/event/context.ts';
import { type AuditEvent, idOf } from '../../../gateway/audit/event/event.ts';
import { lineEnd, subjectLine } from '../../../gateway/audit/event/line.ts';
import { hashOf } from '../../../gateway/audit/event/subject.ts';
import { contextOfEvent, statementsBody } from '../lines-of-events.ts';
import { draftOf, type StoryStatement } from '../story.ts';

/** An intent, or the outcome of what the session began last. */
export type Happened = StoryStatement | Readonly<{ outcomeOf: string }>;

export class SharedLines {
  /** Of the segment. */
  text = '';
  readonly #chain: string;
  readonly #known = new Set<string>();
  readonly #begun = new Map<string, string>();
  #previous = 'A'.repeat(43);
  #seq = 1;

  constructor(chain = 'gateway-0.abc') {
    this.#chain = chain;
  }

  /** What happened within this millisecond stands in one line. */
  add(time: number, happened: readonly Happened[]): void {
    const events = happened.map((one) => this.#event(one, new Date(time).toISOString()));
    for (const event of events) {
      const context = contextOfEvent(event);
      this.#once(context.hash, contextLine(context));
    }
    const body = statementsBody(events);
    this.#previous = hashOf(body);
    this.text += body + lineEnd(this.#previous);
  }

  #event(happened: Happened, time: string): AuditEvent {
    const seq = this.#seq++;
    const id = idOf(this.#chain, seq);
    const place = {
      version: 1,
      id,
      chain: this.#chain,
      seq,
      previous: this.#previous,
      hash: '',
      time,
    } as const;
    if ('outcomeOf' in happened) {
      const { outcomeOf: session } = happened;
      const outcome = {
        state: 'complete',
        rows: 1,
        bytes: 10,
        affected: 0,
        milliseconds: 1.5,
        tag: 'SELECT 1',
      };
      const statement = this.#begun.get(session) ?? '';
      return { ...place, type: 'statement.outcome', session, statement, outcome };
    }
    const { type, session = '', subjects = {}, members } = draftOf(happened);
    for (const { hash, json } of Object.values(subjects)) this.#once(hash, subjectLine(hash, json));
    this.#begun.set(session, id);
    const shapes = Object.fromEntries(Object.entries(subjects).map(([name, { hash }]) => [name, hash]));
    return { ...place, type, session, statement: id, shapes, ...(members as object) };
  }

  #once(hash: string, line: string): void {
    if (this.#known.has(hash)) return;
    this.#known.add(hash);
    this.text += line;
  }
}

export const bytesOf = (lines: string): readonly number[] =>
  lines.split('\n').map((line) => Buffer.byteLength(line));
