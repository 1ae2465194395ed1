// What was found in files, with what its statements came to: an outcome stands behind its intent, in the same file or in
// another one, and maybe behind the time that is asked about.
import type { AuditEvent } from '../../event/event.ts';
import { cameToThat } from '../matches.ts';
import type { Question } from '../question.ts';
import type { Entry } from '../source/entry.ts';

/** `at`: the place among all that matched, in the order of the files. */
export type Take = (entry: Entry, outcome: unknown, at: number) => void;

type Waiting = Readonly<{ entry: Entry; at: number }>;

export class WithOutcomes {
  readonly #question: Question;
  readonly #take: Take;
  /** By statement. No more than go on at a time, and those that have none. */
  readonly #waiting = new Map<string, Waiting[]>();
  #matched = 0;

  constructor(question: Question, take: Take) {
    this.#question = question;
    this.#take = take;
  }

  /** One that matches. */
  add(entry: Entry): void {
    const { type, statement } = entry.event;
    const one = { entry, at: this.#matched++ };
    if (statement === undefined || !comesTo.has(type)) this.#settle(one, undefined);
    else {
      const others = this.#waiting.get(statement);
      if (others === undefined) this.#waiting.set(statement, [one]);
      else others.push(one);
    }
  }

  /** Any event. */
  see({ type, statement, outcome }: AuditEvent): void {
    if (type !== 'statement.outcome' || statement === undefined) return;
    for (const one of this.#waiting.get(statement) ?? []) this.#settle(one, outcome);
    this.#waiting.delete(statement);
  }

  /** Statements whose outcomes were not seen. */
  waiting(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** Of their statements. */
  sessionsWaiting(): ReadonlySet<string | undefined> {
    return new Set([...this.#waiting.values()].flatMap((all) => all.map(({ entry }) => entry.event.session)));
  }

  /** Nobody knows what the others came to. */
  end(): void {
    for (const all of this.#waiting.values()) for (const one of all) this.#settle(one, undefined);
    this.#waiting.clear();
  }

  #settle({ entry, at }: Waiting, outcome: unknown): void {
    if (cameToThat(entry, this.#question, outcome)) this.#take(entry, outcome, at);
  }
}

/** Events of a statement that may have an outcome. */
const comesTo: ReadonlySet<string> = new Set(['statement.intent', 'statement.held']);
