// What is written at the end of a turn of the event loop, all at once, and who waits until it is.
import { Fault } from '../../lib/index.ts';

export interface Waiting {
  recorded(): void;
  lost(fault: Fault): void;
}

/** A write costs as much for the events of eight sessions as for that of one. */
export class WrittenTogether {
  readonly #write: () => void;
  #isPending = false;
  #waiting: Waiting[] = [];

  /** `write` throws why it can't be done. */
  constructor(write: () => void) {
    this.#write = write;
  }

  get pending(): boolean {
    return this.#isPending;
  }

  /** There is something to be written in this turn. */
  begin(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    setImmediate(this.#end);
  }

  wait(waiting: Waiting): void {
    if (this.#isPending) this.#waiting.push(waiting);
    else waiting.recorded();
  }

  readonly #end = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isPending = false;
    try {
      this.#write();
    } catch (thrown) {
      const fault = new Fault('audit_lost', {}, thrown);
      for (const each of waiting) each.lost(fault);
      return;
    }
    for (const each of waiting) each.recorded();
  };
}
