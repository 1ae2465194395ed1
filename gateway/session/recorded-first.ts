// The seam at which what is sent to the server waits until it is on the record that it is sent.
import type { Fault } from '../lib/index.ts';

export interface RecordedFirst {
  /**
   * Something that is let through is not on the record yet: mostly it will be before this turn of the event loop is over.
   */
  readonly pending: boolean;
  /** Calls one of them once, when it is. */
  wait(waiting: AwaitsRecord): void;
}

export interface AwaitsRecord {
  recorded(): void;
  /** It couldn't be recorded, and must not run. */
  lost(fault: Fault): void;
}
