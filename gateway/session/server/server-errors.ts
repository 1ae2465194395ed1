// What an error of the server's ends: what failed, what is skipped behind it, and what the client is told.
import { Fault } from '../../lib/index.ts';
import { backend, errorResponse, isFatal, readErrorFields, Verdict } from '../../wire/index.ts';
import { type Exchange, watchedBy } from '../exchange.ts';
import { type Expectation, Kind } from '../expectation.ts';
import { withheld } from '../masking/withheld-words.ts';
import type { WatchedAnswer } from '../watch/watched-answer.ts';
import type { AnswerOutput } from './answer-output.ts';
import type { Withholding } from './withholding.ts';

export type ServerErrorsOptions = Readonly<{
  exchange: Exchange;
  /** A message of the extended protocol failed and no Sync is in flight. */
  onSkipping: () => void;
}>;

export class ServerErrors {
  /** The server has said, in an error that reached the client, that it ends the session. */
  fatalSeen = false;
  readonly #exchange: Exchange;
  readonly #options: ServerErrorsOptions;
  readonly #output: AnswerOutput;
  readonly #withholding: Withholding;

  constructor(options: ServerErrorsOptions, output: AnswerOutput, withholding: Withholding) {
    this.#options = options;
    this.#exchange = options.exchange;
    this.#output = output;
    this.#withholding = withholding;
  }

  error(bytes: Buffer, start: number, end: number): Verdict {
    const exchange = this.#exchange;
    const head = exchange.queue.head;
    this.#output.rowsEnd(head);
    const fields = readErrorFields(bytes, start, end);
    if (isFatal(fields)) {
      this.fatalSeen = true;
      this.#output.turnTapTo(head);
      if (head !== undefined) watchedBy(head)?.failed(fields.get('C'));
      return this.#passError(head, bytes, start, end);
    }
    if (head === undefined) return this.#passError(head, bytes, start, end);
    if (head.answer.to === 'denial') head.failed = true;
    exchange.copyFailed();
    exchange.state.failed(head.run);
    if (head.endsWithReady) return this.#answerError(head, true, bytes, start, end);

    // The server skips to the next Sync: nothing before that one is answered any more.
    const watched = watchedBy(head);
    for (let entry = exchange.queue.head; entry !== undefined && entry.kind !== Kind.sync; ) {
      exchange.done();
      if (entry.claim !== undefined) exchange.state.names.abandon(entry.claim);
      if (watchedBy(entry) !== watched) watchedBy(entry)?.end('skipped');
      // Whoever asked what has failed gets the error itself.
      if (entry.answer.to === 'listener' && entry.answer !== head.answer) entry.answer.listener.skipped();
      entry = exchange.queue.head;
    }
    const own = head.answer.to === 'listener' && head.answer.listener.standalone;
    const verdict = this.#answerError(head, own, bytes, start, end);
    if (watched?.isKept === false) watched.end();
    if (exchange.queue.head === undefined) {
      exchange.skipping = true;
      this.#options.onSkipping();
    }
    exchange.kept?.segmentFailed(head.answer.to === 'listener');
    return verdict;
  }

  /** `own`: only whoever asked is concerned. Else the client's pipeline has failed with it, and must hear so. */
  #answerError(head: Expectation, own: boolean, bytes: Buffer, start: number, end: number): Verdict {
    const { answer } = head;
    const output = this.#output;
    output.turnTapTo(head);
    if (answer.to !== 'listener' && answer.notices !== undefined) output.say(answer.notices);
    switch (answer.to) {
      case 'client': {
        const watched = watchedBy(head) ?? this.#watchedByKept(head);
        if (head.refused !== undefined) {
          watched?.failed(head.refused.sqlstate);
          output.scanner.insertBefore(errorResponse('ERROR', head.refused));
          head.refused = undefined;
          return Verdict.drop;
        }
        const { kept } = this.#exchange;
        const instead = kept?.current === head ? kept.instead(bytes, start, end) : undefined;
        if (instead !== undefined) {
          if (instead.length > 0) output.scanner.insertBefore(instead);
          return Verdict.drop;
        }
        if (!head.overdue) {
          watched?.failed(readErrorFields(bytes, start, end).get('C'));
          return this.#passError(head, bytes, start, end);
        }
        const fault = overdue(answer.milliseconds);
        watched?.failed(fault.sqlstate);
        output.scanner.insertBefore(errorResponse('ERROR', fault));
        return Verdict.drop;
      }
      case 'denial':
        output.scanner.insertBefore(errorResponse('ERROR', answer.denial));
        return Verdict.drop;
      case 'listener':
        answer.listener.message(backend.errorResponse, bytes.subarray(start, end));
        if (!own) output.scanner.insertBefore(errorResponse('ERROR', decisionFailed()));
        return Verdict.drop;
      default:
        return answer satisfies never;
    }
  }

  /** What fails a commit of the gateway's own fails the statement that it stands behind. */
  #watchedByKept(head: Expectation): WatchedAnswer | undefined {
    const { kept } = this.#exchange;
    return kept?.current === head ? kept.watched : undefined;
  }

  #passError(head: Expectation | undefined, bytes: Buffer, start: number, end: number): Verdict {
    if (!this.#withholding.withholds(head)) return Verdict.forward;
    this.#withholding.withholdsRest = true;
    this.#output.scanner.insertBefore(withheld(backend.errorResponse, bytes, start, end));
    return Verdict.drop;
  }
}

const overdue = (milliseconds: number | undefined): Fault =>
  new Fault('statement_overdue', { milliseconds: milliseconds ?? 0 });

const decisionFailed = (): Fault => new Fault('decision_failed');
