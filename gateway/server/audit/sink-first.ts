// In strict mode, what runs without a decision of its own goes to the server when the sink has it: its session waits.
import type { Journal } from '../../audit/index.ts';
import { Fault } from '../../lib/index.ts';
import type { AwaitsRecord, RecordedFirst } from '../../session/index.ts';

/** Of one session: what is to be on the record first is so in the journal and, where it says so, at the sink. */
export class SinkFirst implements RecordedFirst, AwaitsRecord {
  readonly #journal: Journal;
  /** Events that the sink doesn't have yet. */
  #awaited = 0;
  #fault: Fault | undefined;
  #waiting: AwaitsRecord[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get pending(): boolean {
    return this.#journal.ahead.pending || this.#awaited > 0 || this.#fault !== undefined;
  }

  wait(waiting: AwaitsRecord): void {
    this.#waiting.push(waiting);
    this.#goOn();
  }

  /** Nothing is sent before the sink has this event, and nothing any more where it doesn't take it. */
  awaits(id: string): void {
    this.#awaited += 1;
    this.#journal.acknowledged(id).then(
      () => {
        this.#awaited -= 1;
        this.#goOn();
      },
      (thrown: unknown) => this.lost(new Fault('audit_lost', {}, thrown)),
    );
  }

  recorded(): void {
    this.#goOn();
  }

  lost(fault: Fault): void {
    this.#fault ??= fault;
    this.#goOn();
  }

  #goOn(): void {
    if (this.#waiting.length === 0) return;
    const fault = this.#fault;
    if (fault === undefined) {
      if (this.#awaited > 0) return;
      if (this.#journal.ahead.pending) {
        this.#journal.ahead.wait(this);
        return;
      }
    }
    for (const each of this.#waiting.splice(0)) {
      if (fault === undefined) each.recorded();
      else each.lost(fault);
    }
  }
}
