// The client's direction: when each message may be looked at. It is decided, entered in the queue and sent in client/.
import { Fault } from '../lib/index.ts';
import {
  type ErrorText,
  frontend,
  type MessageScanner,
  type MessageVisitor,
  Verdict,
} from '../wire/index.ts';
import { watchedOf } from './answer-to.ts';
import { bytesNeeded } from './bytes-needed.ts';
import { visitBind } from './client/bind.ts';
import { ClientSide, type ClientSideOptions } from './client/client-side.ts';
import { visitClose } from './client/close.ts';
import { visitDescribe } from './client/describe.ts';
import { visitExecute } from './client/execute.ts';
import { visitFunctionCall } from './client/function-call.ts';
import { holdCommit } from './client/held-commit.ts';
import { visitParse } from './client/parse.ts';
import { visitQuery } from './client/query.ts';
import { visitSync } from './client/sync.ts';
import type { Decisions } from './decisions.ts';
import { Kind } from './expectation.ts';
import type { KeptAnswer } from './limits/kept-answer.ts';
import type { AnswerWatch } from './watch/answer-watch.ts';

export type ClientMessagesOptions = ClientSideOptions & Readonly<{ onTerminate: () => void }>;

export class ClientMessages implements MessageVisitor {
  readonly decisions: Decisions;
  readonly #side: ClientSide;
  readonly #onTerminate: () => void;
  /** While a cancel request is on its way to the server, nothing new is started that it could hit. */
  #cancelsInFlight = 0;

  constructor(options: ClientMessagesOptions) {
    this.#side = new ClientSide(options);
    this.#onTerminate = options.onTerminate;
    this.decisions = this.#side.decisions;
  }

  /** Set by whoever wires the scanner to this visitor. */
  set scanner(scanner: MessageScanner) {
    this.#side.scanner = scanner;
  }

  cancelStarted(): void {
    this.#cancelsInFlight += 1;
  }

  cancelEnded(): void {
    this.#cancelsInFlight -= 1;
  }

  /** Whether what has run may be committed, where the client sends nothing that says so. */
  holdCommit(told: (refusal: ErrorText | undefined, watch: AnswerWatch | undefined) => void): void {
    holdCommit(this.#side, told);
  }

  bytesNeeded(type: number, bodyLength: number): number {
    return bytesNeeded(type, bodyLength, this.#side.statementBytesMax);
  }

  visit(type: number, bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    const verdict = this.#judge(type, bodyLength, bytes, start, available);
    if (verdict === Verdict.wait) return verdict;
    this.#side.waiting.over();
    // What was decided of one message must never be taken for the next.
    if (this.decisions.holdsMessage)
      throw new Fault('decision_failed', {}, new Error('a hold was left behind'));
    return verdict;
  }

  #judge(type: number, bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    const side = this.#side;
    const { exchange, waiting } = side;
    // What the client sends, its Terminate included, comes after what the resolver must roll back.
    if (exchange.lent) return Verdict.wait;
    if (exchange.kept !== undefined && this.#waitsForKept(type, exchange.kept)) return Verdict.wait;
    if (type === frontend.terminate) {
      this.#onTerminate();
      return Verdict.forward;
    }
    if (exchange.skipping && type !== frontend.sync) {
      // The server would discard it, undecided as it is; so it never gets there.
      return Verdict.drop;
    }
    if (type === frontend.copyData) {
      const copying = exchange.mayCopyIn;
      if (copying !== undefined) watchedOf(copying.answer)?.sent(bodyLength);
      return Verdict.forward;
    }
    if (type === frontend.copyDone || type === frontend.copyFail) {
      exchange.copyEnded();
      if (type === frontend.copyDone && exchange.mayCopyIn?.kind === Kind.execute) side.flushBehind();
      return Verdict.forward;
    }
    if (exchange.mayCopyIn !== undefined) {
      if (!exchange.copyIn) return Verdict.wait;
      // In copy-in mode the server ignores these two. Were they forwarded, an error in the COPY at that moment
      // would leave it open whether they had been read as part of it.
      if (type === frontend.sync || type === frontend.flush) return Verdict.drop;
      throw violation(`message type ${type} during COPY from stdin`);
    }
    if (this.#cancelsInFlight > 0 && exchange.queue.length === 0) return Verdict.wait;

    const end = start + bodyLength;
    switch (type) {
      case frontend.sync:
        return visitSync(side);
      case frontend.flush:
        return Verdict.forward;
      case frontend.describe:
        return visitDescribe(side, bytes, start, end);
      case frontend.close:
        return visitClose(side, bytes, start, end);
    }
    if (exchange.state.unsettled > 0) return waiting.forAnswers();
    if (exchange.state.lexerDoubtful) {
      // A failed transaction answers no question, and its end may be on the way.
      if (exchange.transaction !== 'failed') return waiting.forLexer();
      if (exchange.queue.length > 0) return waiting.forAnswers();
    }
    switch (type) {
      case frontend.query:
        return visitQuery(side, bodyLength, bytes, start, end);
      case frontend.parse:
        return visitParse(side, bodyLength, bytes, start, available);
      case frontend.bind:
        return visitBind(side, bodyLength, bytes, start, available);
      case frontend.execute:
        return visitExecute(side, bytes, start, end);
      default:
        return visitFunctionCall(side, bytes, start, available);
    }
  }

  /** The data of a COPY are part of what is kept. */
  #waitsForKept(type: number, kept: KeptAnswer): boolean {
    const { exchange, runs } = this.#side;
    runs.atBoundary();
    switch (type) {
      case frontend.copyData:
      case frontend.copyDone:
      case frontend.copyFail:
        return false;
      case frontend.terminate:
        return !exchange.copyIn;
      case frontend.sync:
        return !kept.alone && exchange.mayCopyIn === undefined;
      default:
        return exchange.mayCopyIn === undefined;
    }
  }
}

const violation = (what: string): Fault => new Fault('protocol_violation', { what });
