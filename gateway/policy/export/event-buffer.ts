// Decisions that wait for their upload, bounded in bytes: when they are too many, the oldest go.
import type { DecisionRecord } from './decision-event.ts';
import { Queue } from './queue.ts';

/** Records first, which cost nothing but their place; then the events that were made of them. */
export class EventBuffer {
  /** Events that were left out because the buffer was full. */
  lost = 0;

  readonly #limit: number;
  readonly #records = new Queue<DecisionRecord>();
  readonly #events = new Queue<Buffer>();
  #eventBytes = 0;
  #taken: readonly Buffer[] = [];
  #takenBytes = 0;
  // What a record will take once it is an event isn't known before: about as much as those before it.
  #recordBytes = 4096;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#records.length * this.#recordBytes + this.#eventBytes + this.#takenBytes;
  }

  get waiting(): number {
    return this.#records.length + this.#events.length + this.#taken.length;
  }

  /** True when it is worth an upload before its time. */
  get filling(): boolean {
    return this.bytes > this.#limit / 2;
  }

  addRecord(record: DecisionRecord): void {
    this.#records.push(record);
    this.#makeRoom();
  }

  nextRecord(): DecisionRecord | undefined {
    return this.#records.shift();
  }

  addEvent(event: Buffer): void {
    this.#recordBytes += (event.length - this.#recordBytes) / 64;
    this.#events.push(event);
    this.#eventBytes += event.length;
    this.#makeRoom();
  }

  /** The oldest events, up to a size and one at least; the same again until `sent` is called. */
  take(bytesAtMost: number): readonly Buffer[] {
    if (this.#taken.length > 0) return this.#taken;
    const taken: Buffer[] = [];
    let bytes = 0;
    for (let next = this.#events.first; next !== undefined; next = this.#events.first) {
      if (taken.length > 0 && bytes + next.length > bytesAtMost) break;
      taken.push(next);
      bytes += next.length;
      this.#events.shift();
    }
    this.#taken = taken;
    this.#takenBytes = bytes;
    this.#eventBytes -= bytes;
    return taken;
  }

  /** What was taken has arrived, or will never be wanted. */
  sent(): void {
    this.#taken = [];
    this.#takenBytes = 0;
  }

  #makeRoom(): void {
    while (this.bytes > this.#limit) {
      const event = this.#events.shift();
      if (event !== undefined) this.#eventBytes -= event.length;
      else if (this.#records.shift() === undefined) return;
      this.lost += 1;
    }
  }
}
