// The journal, with somebody beside it who hears of the events of some sessions as they are written.
import { type Draft, idOf, type Journal, type JournaledStatement } from '../../audit/index.ts';

export type EventListener = Readonly<{
  hears: (session: string) => boolean;
  /** With what it shares with others, as sinks get it. */
  event: (session: string, event: Readonly<Record<string, unknown>>) => void;
}>;

export class HeardJournal implements Journal {
  listener: EventListener | undefined;
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  append(draft: Draft): string {
    const id = this.#journal.append(draft);
    this.#tell(id, draft);
    return id;
  }

  appendAhead(draft: Draft): string {
    const id = this.#journal.appendAhead(draft);
    this.#tell(id, draft);
    return id;
  }

  /** Of a session that nobody hears of: whoever is heard of has events with lines of their own. */
  begin(statement: JournaledStatement): void {
    this.#journal.begin(statement);
  }

  complete(statement: JournaledStatement): number {
    const seq = this.#journal.complete(statement);
    const { session } = statement.context;
    if (this.listener?.hears(session) !== true) return seq;
    const { rows, bytes, affected, tag } = statement.answer;
    const milliseconds = statement.microseconds / 1000;
    const outcome = { affected, bytes, milliseconds, rows, state: 'complete', tag };
    const time = new Date().toISOString();
    const ids = { id: idOf(this.chain, seq), statement: idOf(this.chain, statement.seq) };
    this.listener.event(session, {
      ...{ ...ids, time, type: 'statement.outcome', session, subjects: {}, outcome },
    });
    return seq;
  }

  get ahead(): Journal['ahead'] {
    return this.#journal.ahead;
  }

  appendSoon(draft: Draft): string {
    const id = this.#journal.appendSoon(draft);
    this.#tell(id, draft);
    return id;
  }

  #tell(id: string, draft: Draft): void {
    const { listener } = this;
    if (listener === undefined || draft.session === undefined || !listener.hears(draft.session)) return;
    tell(listener, id, draft.session, draft);
  }

  get chain(): string {
    return this.#journal.chain;
  }

  get sinks(): Journal['sinks'] {
    return this.#journal.sinks;
  }

  get health(): Journal['health'] {
    return this.#journal.health;
  }

  acknowledged(id: string): Promise<void> {
    return this.#journal.acknowledged(id);
  }

  segments(): ReturnType<Journal['segments']> {
    return this.#journal.segments();
  }

  deleteOldest(...given: Parameters<Journal['deleteOldest']>): number {
    return this.#journal.deleteOldest(...given);
  }

  families(): ReturnType<Journal['families']> {
    return this.#journal.families();
  }

  end(): void {
    this.#journal.end();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

function tell(
  { event }: EventListener,
  id: string,
  session: string,
  { subjects = {}, members, ...draft }: Draft,
): void {
  const said = typeof members === 'string' ? JSON.parse(`{${members}}`) : members;
  const shared = Object.entries(subjects).map(([name, { json }]) => [name, JSON.parse(json)]);
  const time = new Date().toISOString();
  event(session, { id, time, ...draft, session, subjects: Object.fromEntries(shared), ...said });
}
