// The server's direction: every message is matched with what is expected, and forwarded, swallowed or replaced.
import { Fault, type Log } from '../lib/index.ts';
import {
  backend,
  encodeMessage,
  HEADER_BYTES,
  type MessageScanner,
  type MessageVisitor,
  Verdict,
} from '../wire/index.ts';
import type { Exchange } from './exchange.ts';
import { type Expectation, Kind } from './expectation.ts';
import { withoutLastParameter } from './instead.ts';
import type { KeptAnswer } from './limits/kept-answer.ts';
import { MaskedMessages } from './masking/masked-messages.ts';
import { AnswerOutput } from './server/answer-output.ts';
import { AnswerProgress } from './server/answer-progress.ts';
import { bytesNeeded, READ_MAX } from './server/bytes-needed.ts';
import { hidesParameter } from './server/looked-at.ts';
import { ServerErrors, type ServerErrorsOptions } from './server/server-errors.ts';
import { UnaskedMessages, type UnaskedMessagesOptions } from './server/unasked-messages.ts';
import { unexpected } from './server/unexpected.ts';
import { Withholding } from './server/withholding.ts';
import type { WatchedAnswer } from './watch/watched-answer.ts';

export type ServerMessagesOptions = ServerErrorsOptions &
  UnaskedMessagesOptions &
  Readonly<{
    log: Log;
    /** What the server works at is to be stopped: nobody can be given its answer. */
    onRefused: () => void;
  }>;

export class ServerMessages implements MessageVisitor {
  readonly #exchange: Exchange;
  readonly #options: ServerMessagesOptions;
  readonly #masked = new MaskedMessages();
  readonly #withholding: Withholding;
  readonly #output: AnswerOutput;
  readonly #progress: AnswerProgress;
  readonly #errors: ServerErrors;
  readonly #unasked: UnaskedMessages;

  constructor(options: ServerMessagesOptions) {
    this.#options = options;
    this.#exchange = options.exchange;
    this.#withholding = new Withholding(options.exchange);
    this.#output = new AnswerOutput(options.exchange.watches, this.#masked);
    this.#progress = new AnswerProgress(options.exchange, this.#output, this.#withholding);
    this.#errors = new ServerErrors(options, this.#output, this.#withholding);
    this.#unasked = new UnaskedMessages(options, this.#output, this.#withholding);
  }

  /** Set by whoever wires the scanner to this visitor. */
  set scanner(scanner: MessageScanner) {
    this.#output.scanner = scanner;
  }

  /** The server has said, in an error that reached the client, that it ends the session. */
  get fatalSeen(): boolean {
    return this.#errors.fatalSeen;
  }

  bytesNeeded(type: number, bodyLength: number): number {
    const { head } = this.#exchange.queue;
    return bytesNeeded(type, bodyLength, head, this.#options.filters, this.#withholding);
  }

  visit(type: number, bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    const end = start + available;
    switch (type) {
      // These may come at any boundary, whatever is expected.
      case backend.noticeResponse:
        return this.#unasked.notice(bytes, start, end);
      case backend.notificationResponse:
        return this.#unasked.notification(bytes, start, end);
      case backend.parameterStatus:
        return this.#unasked.parameterStatus(bytes, start, end);
      case backend.errorResponse:
        return this.#errors.error(bytes, start, end);
    }
    const head = this.#exchange.queue.head;
    if (head === undefined) throw unexpected(type);
    if (head.answer.to === 'denial' && !head.failed) {
      this.#options.log.error({ message_type: type }, 'the server accepted a substituted message');
      throw unexpected(type);
    }
    if (head.refused !== undefined) {
      // Where the server has come to the end before it could be stopped, only the session can end.
      if (!dataTypes.has(type)) throw head.refused;
      return Verdict.drop;
    }
    const { answer } = head;
    if (answer.to === 'client' || answer.to === 'denial') {
      this.#output.turnTap(answer.to === 'client' ? answer.watched : undefined);
      if (answer.notices !== undefined) this.#output.say(answer.notices);
      const { kept } = this.#exchange;
      if (kept !== undefined && kept.current === head)
        return this.#visitKept(kept, head, type, bodyLength, bytes, start, end);
      if (answer.to === 'client' && answer.limits !== undefined) throw new Fault('limit_missing');
      const verdict = this.#visitSeen(head, type, bodyLength, bytes, start, end);
      this.#progress.moveOn(head, type, bytes, start, end);
      return verdict;
    }
    if (available < bodyLength) throw new Fault('answer_too_large', { limit: READ_MAX });
    answer.listener.message(type, bytes.subarray(start, end));
    this.#progress.moveOn(head, type, bytes, start, end);
    return Verdict.drop;
  }

  body(bytes: Buffer, start: number, end: number, rest: number): void {
    try {
      this.#masked.body(bytes, start, end, rest, this.#output.scanner);
    } catch (thrown) {
      this.#refuse(thrown);
    }
  }

  /** Nothing of a row that is too large has been sent: its statement fails as by an error of the server's. */
  #refuse(thrown: unknown): void {
    const { head } = this.#exchange.queue;
    const isTooLarge = thrown instanceof Fault && thrown.code === 'masked_row_too_large';
    if (!isTooLarge || head === undefined || this.#exchange.kept?.current === head) throw thrown;
    this.#masked.skip();
    head.refused = thrown;
    this.#options.onRefused();
  }

  #visitSeen(
    head: Expectation,
    type: number,
    bodyLength: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): Verdict {
    if (type !== backend.parameterDescription || !hidesParameter(head))
      return this.#visitMasked(head, type, bodyLength, bytes, start, end);
    this.#output.scanner.insertBefore(encodeMessage(type, withoutLastParameter(bytes.subarray(start, end))));
    return Verdict.drop;
  }

  #visitMasked(
    { answer, kind }: Expectation,
    type: number,
    bodyLength: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): Verdict {
    if (answer.to !== 'client') return Verdict.forward;
    if (answer.watched !== undefined) count(answer.watched, type, bodyLength);
    if (answer.hidden && type === backend.rowDescription && answer.watched?.isRecorded === true)
      answer.watched.watch.message?.(type, bytes, start, end, bodyLength);
    if (answer.masked === undefined) return answer.hidden ? Verdict.drop : Verdict.forward;
    const inQuery = kind === Kind.query;
    return this.#masked.visit(answer, type, bodyLength, bytes, start, end, this.#output.scanner, inQuery);
  }

  /** Limits come first: what they keep back isn't masked, but the masks are told of everything else. */
  #visitKept(
    kept: KeptAnswer,
    head: Expectation,
    type: number,
    bodyLength: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): Verdict {
    const limited = kept.sees(type, bodyLength, bytes, start, end);
    const isLeftOut = limited === Verdict.drop && dataTypes.has(type);
    const masked = isLeftOut ? Verdict.drop : this.#visitMasked(head, type, bodyLength, bytes, start, end);
    this.#progress.moveOn(head, type, bytes, start, end);
    kept.acts(type, bytes, start);
    return limited ?? masked;
  }

  /** No more will come: what has come of the last answer is counted. */
  ended(): void {
    this.#output.rowsEnd(this.#exchange.queue.head);
  }
}

/** Rows and copy data that the client gets. */
function count(watched: WatchedAnswer, type: number, bodyLength: number): void {
  if (type === backend.dataRow || type === backend.copyData) watched.passed(1, bodyLength + HEADER_BYTES);
  else if (type === backend.copyOutResponse) watched.copies();
}

const dataTypes: ReadonlySet<number> = new Set([backend.dataRow, backend.copyData, backend.copyDone]);
