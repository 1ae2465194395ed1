// The state one session shares between its two directions: what is in flight, and what the server has said of itself.
import type { TransactionState } from './decide.ts';
import { type Expectation, ExpectationQueue, Kind } from './expectation.ts';
import type { KeptAnswer } from './limits/kept-answer.ts';
import { SessionState } from './session-state.ts';
import { TimeLimit } from './time-limit.ts';
import type { WatchedAnswer } from './watch/watched-answer.ts';
import { Watches } from './watch/watches.ts';

/** Changed by the client's direction as messages are sent, and by the server's as answers come. */
export class Exchange {
  readonly queue = new ExpectationQueue();
  readonly state: SessionState;
  transaction: TransactionState = 'idle';
  /** Counts the Syncs sent: messages between two of them stand or fall together. */
  segment = 0;
  /** Messages of the extended protocol have been sent since the last Sync. */
  segmentOpen = false;
  /** The server discards what comes until the next Sync, since a message of this segment failed. */
  skipping = false;
  /** The resolver has the session's connection: nothing of the client's is sent. */
  lent = false;
  /** In flight, and able to start a COPY FROM STDIN: what follows it waits, since the server may read it as data. */
  mayCopyIn: Expectation | undefined;
  /** How often the message above has been asked for copy data, and how often the client has ended its data. */
  #copyAsked = 0;
  #copyEnded = 0;
  /** A Bind or what runs has been sent since the last Sync: a Sync of the gateway's own would end its transaction. */
  segmentRuns = false;
  /** An Execute has been sent since the last Sync. */
  executed = false;
  /** What was sent last is held to limits: what follows waits until it is known what it comes to. */
  kept: KeptAnswer | undefined;

  /** Who follows the answers. */
  readonly watches = new Watches();
  readonly #timeLimit: TimeLimit;

  /** `onOverdue`: what the server works at has taken longer than it may, and is to be cancelled. */
  constructor(
    pinned: Readonly<Record<string, string>>,
    onSchemaChange: () => void,
    onOverdue: () => void = () => undefined,
  ) {
    this.#timeLimit = new TimeLimit(this.queue, onOverdue);
    this.state = new SessionState(pinned, onSchemaChange);
  }

  sent(expectation: Expectation): void {
    this.queue.push(expectation);
    this.#timeLimit.sent(expectation);
    if (expectation.kind === Kind.sync) {
      this.segment += 1;
      this.segmentOpen = false;
      this.segmentRuns = false;
      this.executed = false;
      this.skipping = false;
      return;
    }
    if (!expectation.endsWithReady) {
      this.segmentOpen = true;
      if (expectation.kind === Kind.bind) this.segmentRuns = true;
      else if (expectation.kind === Kind.execute) {
        this.segmentRuns = true;
        this.executed = true;
      }
    }
    if (expectation.mayCopyIn) {
      this.mayCopyIn = expectation;
      this.#copyAsked = 0;
      this.#copyEnded = 0;
    }
    if (expectation.run?.unsettles === true) this.state.unsettled += 1;
    if (expectation.claim !== undefined) this.state.names.claim(expectation.claim);
  }

  /** The expectation at the head was met, failed or skipped, and is done with. */
  done(): Expectation | undefined {
    const expectation = this.queue.shift();
    if (expectation === undefined) return undefined;
    this.#timeLimit.moved();
    if (expectation.run?.unsettles === true) this.state.unsettled -= 1;
    if (this.mayCopyIn === expectation) this.mayCopyIn = undefined;
    return expectation;
  }

  /**
   * The server reads what comes next as copy data. Each COPY that succeeds takes one CopyDone, and clients may send
   * the data of several without waiting.
   */
  get copyIn(): boolean {
    return this.#copyAsked > this.#copyEnded;
  }

  copyAsked(): void {
    this.#copyAsked += 1;
  }

  /** The client sent CopyDone or CopyFail. */
  copyEnded(): void {
    this.#copyEnded += 1;
  }

  /** The message failed: nothing it may still be asked. */
  copyFailed(): void {
    this.#copyAsked = 0;
  }

  /** Nothing will be answered any more: whoever asked something must not wait for ever. */
  abandon(): void {
    this.kept?.watched?.lost();
    this.kept?.end();
    for (let entry = this.done(); entry !== undefined; entry = this.done()) {
      watchedBy(entry)?.lost();
      if (entry.answer.to === 'listener') entry.answer.listener.skipped();
    }
    this.watches.end();
  }

  /** Nothing is in flight and no transaction is open, not even the implicit one of an unfinished segment. */
  get idle(): boolean {
    return !this.lent && this.queue.length === 0 && this.transaction === 'idle' && !this.segmentOpen;
  }
}

/** Whose answer ends with this message, or never begins: a Bind's is that of its portal. */
export function watchedBy({ answer, claim }: Expectation): WatchedAnswer | undefined {
  if (claim?.space === 'portal') return claim.record?.watched;
  return answer.to === 'client' ? answer.watched : undefined;
}
