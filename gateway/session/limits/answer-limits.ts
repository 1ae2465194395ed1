// What the answer of a statement may come to, as the guard says it.
import type { Fault } from '../../lib/index.ts';
import type { CommitNote } from '../commit/uncommitted.ts';

/** What the answer of a statement may come to, counted as it passes. */
export type AnswerLimits = Readonly<{
  /** Rows that the client is sent. `error`: with more it fails with the fault. `cut`: the rest is left out, and the fault is a NOTICE. */
  rows?: Readonly<{ most: number; over: 'error' | 'cut'; fault: Fault }>;
  /** Rows that it changes; above that everything of it is rolled back. `fault`: the error, of so many that were counted. */
  affected?: Readonly<{ most: number; fault: (counted: number) => Fault }>;
  meter?: AnswerMeter;
  /** It runs in its transaction, whose commit is held. Only for what changes rows and does nothing else. */
  commit?: CommitNote;
  /** Nothing that it does has to be undone. Without it, it is held back until it is known what it comes to. */
  readOnly?: boolean;
}>;

/** Told of what the client is sent and what was changed; a Fault ends the statement with it. */
export interface AnswerMeter {
  /** A message whose answer it counts goes to the server; a portal has one for each Execute. */
  began(): void;
  /** Before they are sent. It costs little, so that each row can be told by itself: those behind a Fault aren't sent. */
  passed(rows: number, bytes: number): Fault | undefined;
  affected(rows: number): Fault | undefined;
  /** One that began is answered, has failed, or gets no answer any more. */
  ended(): void;
}
