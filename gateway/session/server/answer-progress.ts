// How far the server has come with what it was sent: each message of an answer moves the queue on, or is out of place.
import { Fault } from '../../lib/index.ts';
import { backend, readCstring } from '../../wire/index.ts';
import { watchedOf } from '../answer-to.ts';
import { type ColumnOrigin, describes } from '../column-origins.ts';
import type { TransactionState } from '../decide.ts';
import { type Exchange, watchedBy } from '../exchange.ts';
import { type Expectation, Kind } from '../expectation.ts';
import type { Run } from '../run.ts';
import { CommandTags } from '../watch/command-tags.ts';
import type { AnswerOutput } from './answer-output.ts';
import { isFree } from './looked-at.ts';
import { unexpected } from './unexpected.ts';
import type { Withholding } from './withholding.ts';

const transactionStates: Readonly<Record<number, TransactionState>> = {
  73: 'idle', // I
  84: 'open', // T
  69: 'failed', // E
};

export class AnswerProgress {
  readonly #exchange: Exchange;
  readonly #output: AnswerOutput;
  readonly #withholding: Withholding;
  readonly #tags = new CommandTags();

  constructor(exchange: Exchange, output: AnswerOutput, withholding: Withholding) {
    this.#exchange = exchange;
    this.#output = output;
    this.#withholding = withholding;
  }

  /** Moves the queue on as the message says; throws for one that can't answer what is expected. */
  moveOn(head: Expectation, type: number, bytes: Buffer, start: number, end: number): void {
    const { kind, answer } = head;
    const runs = kind === Kind.query || kind === Kind.execute;
    if (answer.to === 'client' && answer.withholds === true) this.#withholding.withholdsRest = true;
    switch (type) {
      case backend.dataRow:
        if (!runs) throw unexpected(type);
        if (isFree(answer)) this.#output.rowsPass(backend.dataRow);
        return;
      case backend.readyForQuery:
        if (!head.endsWithReady) throw unexpected(type);
        this.#ready(head, bytes, start, end);
        return;
      case backend.commandComplete:
        if (!runs) throw unexpected(type);
        if (head.run !== undefined) this.#commandComplete(head.run, bytes, start, end);
        this.#output.rowsEnd(head);
        watchedOf(answer)?.completed(this.#tags.read(bytes, start, end));
        if (kind === Kind.execute) this.#answered(head);
        return;
      case backend.emptyQueryResponse:
        if (!runs) throw unexpected(type);
        if (kind === Kind.execute) this.#answered(head);
        return;
      case backend.portalSuspended:
        if (kind !== Kind.execute) throw unexpected(type);
        if (head.run !== undefined) this.#exchange.state.progressed(head.run);
        this.#output.rowsEnd(head);
        if (watchedOf(answer)?.ofPortal === true) this.#exchange.done();
        else this.#answered(head);
        return;
      case backend.rowDescription:
        if (answer.to === 'client') checkOrigins(answer.origins, bytes, start);
        if (kind === Kind.describe) this.#exchange.done();
        else if (kind !== Kind.query) throw unexpected(type);
        return;
      case backend.noData:
        this.#acknowledged(head, Kind.describe, type);
        return;
      case backend.parameterDescription:
        if (kind !== Kind.describe) throw unexpected(type);
        return;
      case backend.parseComplete:
        this.#acknowledged(head, Kind.parse, type);
        return;
      case backend.bindComplete:
        this.#acknowledged(head, Kind.bind, type);
        return;
      case backend.closeComplete:
        this.#acknowledged(head, Kind.close, type);
        return;
      case backend.copyInResponse:
        // What followed the statement would have been held back if its text could be a COPY FROM STDIN.
        if (this.#exchange.mayCopyIn !== head) throw unexpected(type);
        this.#exchange.copyAsked();
        return;
      case backend.copyOutResponse:
        if (!runs) throw unexpected(type);
        return;
      case backend.copyData:
      case backend.copyDone:
        if (!runs) throw unexpected(type);
        if (isFree(answer)) this.#output.rowsPass(backend.copyData);
        return;
      case backend.functionCallResponse:
        if (kind !== Kind.functionCall) throw unexpected(type);
        if (head.run !== undefined) this.#exchange.state.completed(head.run, '');
        return;
      default:
        throw unexpected(type);
    }
  }

  #acknowledged(head: Expectation, kind: Kind, type: number): void {
    if (head.kind !== kind) throw unexpected(type);
    if (head.claim !== undefined) {
      this.#exchange.state.names.settle(head.claim);
      const watched = watchedBy(head);
      if (watched !== undefined) this.#exchange.watches.opened(watched);
    }
    // The server may evaluate functions as it plans.
    if (head.run !== undefined) this.#exchange.state.progressed(head.run);
    this.#exchange.done();
  }

  /** The head is answered, and its answer is whole unless what is held to limits says otherwise. */
  #answered(head: Expectation): void {
    const watched = watchedOf(head.answer);
    this.#exchange.done();
    if (watched?.isKept === false) watched.end();
  }

  #ready(head: Expectation, bytes: Buffer, start: number, end: number): void {
    const state = end === start + 1 ? transactionStates[bytes[start] as number] : undefined;
    if (state === undefined) throw unexpected(backend.readyForQuery);
    const exchange = this.#exchange;
    exchange.transaction = state;
    this.#answered(head);
    exchange.state.ready(state);
    if (state !== 'idle') return;
    this.#withholding.withholdsRest = false;
    exchange.watches.closeAll();
  }

  /** The server's tag is its acknowledgement, and tells a COMMIT from a ROLLBACK. */
  #commandComplete(run: Run, bytes: Buffer, start: number, end: number): void {
    this.#exchange.state.completed(run, readCstring(bytes, start, end)?.text ?? '');
  }
}

/** Nobody may see rows that come from elsewhere than what was decided. */
function checkOrigins(origins: readonly ColumnOrigin[] | undefined, bytes: Buffer, start: number): void {
  if (origins !== undefined && !describes(origins, bytes, start)) throw new Fault('columns_changed');
}
