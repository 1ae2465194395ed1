// What looks at the answer to a message that is held to limits; what the client has sent behind it waits meanwhile.
import type { Verdict } from '../../wire/index.ts';
import type { Expectation } from '../expectation.ts';
import type { WatchedAnswer } from '../watch/watched-answer.ts';

export interface KeptAnswer {
  /** What stands at the head of the queue while its answer is looked at. */
  readonly current: Expectation | undefined;
  /** A Sync may follow it before it is answered. */
  readonly alone: boolean;
  /** Who follows the answer, which ends with it. */
  readonly watched?: WatchedAnswer | undefined;
  /** What becomes of a message of the answer; undefined: what becomes of it without limits. */
  sees(type: number, bodyLength: number, bytes: Buffer, start: number, end: number): Verdict | undefined;
  /** The message that was seen is done with. */
  acts(type: number, bytes: Buffer, start: number): void;
  /** What the client is told in the place of an error; undefined: the error. */
  instead(bytes: Buffer, start: number, end: number): Buffer | undefined;
  /** True when a message that is no answer is told later, behind what is held. */
  tellBehind(bytes: Buffer): boolean;
  /** The server speaks of the statement that follows. */
  goesOn(): void;
  /** An error has made the server skip to the next Sync. `ours`: of what the gateway had put in front. */
  segmentFailed(ours: boolean): void;
  /** The client's next messages may be sent, or there will be none. */
  end(): void;
}
