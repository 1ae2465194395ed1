// The seam at which somebody follows what became of a statement that was let through.
import type { Fault } from '../../lib/index.ts';

/** Follows the answer to one statement: to a message that runs, or to all Executes of a portal. */
export interface AnswerWatch {
  /** Once: the answer is complete, has failed, or there will be none. */
  ended(result: AnswerResult): void;
  /**
   * For recordings; absent where nothing is kept of the answer. Each message as the client receives it, in order and
   * before `ended`; in front of a portal's rows their RowDescription, whether the client has asked for it or not.
   * `bytes[start, end)` is its body, valid during the call; of a very large one the first part, of `bodyLength` bytes
   * in all.
   */
  readonly message?:
    | ((type: number, bytes: Buffer, start: number, end: number, bodyLength: number) => void)
    | undefined;
  /** A portal whose answer was complete is executed once more. A Fault: it must not be. */
  again?(): AnswerWatch | Fault;
}

export type AnswerState =
  | 'complete'
  | 'error'
  /** By whoever sent it, by a time limit, or by an administrator. */
  | 'cancelled'
  /** Its portal was closed, or its transaction ended, before all of it was fetched. */
  | 'closed'
  /** The server never ran it: a message in front of it had failed, or nobody waited for it any more. */
  | 'skipped'
  /** It was let through, and then refused since a limit of it couldn't be kept. */
  | 'refused'
  /** The session ended before. */
  | 'unknown';

export type AnswerResult = Readonly<{
  state: AnswerState;
  /** Of its commands, as the server said them. */
  tag?: string | undefined;
  /** That the client was sent. */
  rows: number;
  /** Of these rows, or of copy data in either direction, as the server sent or took them. */
  bytes: number;
  /** Rows changed, by what its commands say. */
  affected: number;
  sqlstate?: string | undefined;
  /** Values that were masked. */
  cells: number;
}>;

/** Of what the server has never seen. */
export const notSent = (state: AnswerState, sqlstate?: string): AnswerResult => ({
  ...{ state, sqlstate },
  ...{ rows: 0, bytes: 0, affected: 0, cells: 0 },
});
