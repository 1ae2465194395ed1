// The server's direction: every message is matched with what is expected, and forwarded, swallowed or replaced.
import { Fault, type Log } from '../lib/index.ts';
import {
  backend,
  encodeMessage,
  errorResponse,
  HEADER_BYTES,
  isFatal,
  type MessageScanner,
  type MessageVisitor,
  readCstring,
  readErrorFields,
  Verdict,
} from '../wire/index.ts';
import type { Answer } from './answer.ts';
import { watchedOf } from './answer-to.ts';
import { type ColumnOrigin, describes } from './column-origins.ts';
import type { TransactionState } from './decide.ts';
import { type Exchange, watchedBy } from './exchange.ts';
import { type Expectation, Kind } from './expectation.ts';
import { withoutLastParameter } from './instead.ts';
import type { KeptAnswer } from './limits/kept-answer.ts';
import { COPY_END_BYTES } from './limits/limited-rows.ts';
import { MaskedMessages } from './masking/masked-messages.ts';
import { withheld } from './masking/withheld-words.ts';
import type { Notices } from './notices.ts';
import { isReported } from './reported-settings.ts';
import type { Run } from './run.ts';
import { ClientTap } from './watch/client-tap.ts';
import { CommandTags } from './watch/command-tags.ts';
import type { WatchedAnswer } from './watch/watched-answer.ts';

/** Enough of an ErrorResponse for its severity, and of a CommandComplete for its tag. */
const PREFIX_BYTES = 128;
/** Largest message that is read whole. */
const READ_MAX = 16 * 1024 * 1024;

const transactionStates: Readonly<Record<number, TransactionState>> = {
  73: 'idle', // I
  84: 'open', // T
  69: 'failed', // E
};

export type ServerMessagesOptions = Readonly<{
  exchange: Exchange;
  pinned: Readonly<Record<string, string>>;
  /** As the guard says. */
  filters?: boolean;
  log: Log;
  /** The server has said what application_name is now. */
  onApplicationName: (name: string) => void;
  /** A message of the extended protocol failed and no Sync is in flight. */
  onSkipping: () => void;
  /** What the server works at is to be stopped: nobody can be given its answer. */
  onRefused: () => void;
}>;

export class ServerMessages implements MessageVisitor {
  /** Set by whoever wires the scanner to this visitor. */
  scanner!: MessageScanner;
  /** The server has said, in an error that reached the client, that it ends the session. */
  fatalSeen = false;
  readonly #exchange: Exchange;
  readonly #options: ServerMessagesOptions;
  readonly #masked = new MaskedMessages();
  readonly #tags = new CommandTags();
  /** Deferred checks of what a statement has done speak up at the end of its transaction. */
  #withholdsRest = false;

  constructor(options: ServerMessagesOptions) {
    this.#options = options;
    this.#exchange = options.exchange;
  }

  bytesNeeded(type: number, bodyLength: number): number {
    const head = this.#exchange.queue.head;
    if (head?.answer.to === 'listener' && bodyLength <= READ_MAX) return bodyLength;
    switch (type) {
      case backend.dataRow:
        return isMasked(head) ? this.#masked.bytesNeeded(bodyLength) : 0;
      case backend.notificationResponse:
        return this.#options.filters ? Math.min(bodyLength, PREFIX_BYTES) : 0;
      case backend.noticeResponse:
        return this.#withholds(head) ? Math.min(bodyLength, PREFIX_BYTES) : 0;
      case backend.parameterStatus:
        return bodyLength <= READ_MAX ? bodyLength : PREFIX_BYTES;
      case backend.rowDescription:
        return expectsColumns(head) ? bodyLength : 0;
      case backend.parameterDescription:
        return hidesParameter(head) ? bodyLength : 0;
      case backend.copyOutResponse:
        return isMasked(head) || isLimited(head) ? bodyLength : 0;
      case backend.copyData:
        return isLimited(head) ? Math.min(bodyLength, COPY_END_BYTES) : 0;
      case backend.errorResponse:
      case backend.commandComplete:
      case backend.readyForQuery:
        return Math.min(bodyLength, PREFIX_BYTES);
      default:
        return 0;
    }
  }

  visit(type: number, bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    const end = start + available;
    switch (type) {
      // These may come at any boundary, whatever is expected.
      case backend.noticeResponse:
        return this.#notice(bytes, start, end);
      case backend.notificationResponse:
        return this.#notification(bytes, start, end);
      case backend.parameterStatus:
        return this.#parameterStatus(bytes, start, end);
      case backend.errorResponse:
        return this.#error(bytes, start, end);
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
      this.#turnTap(answer.to === 'client' ? answer.watched : undefined);
      if (answer.notices !== undefined) this.#say(answer.notices);
      const { kept } = this.#exchange;
      if (kept !== undefined && kept.current === head)
        return this.#visitKept(kept, head, type, bodyLength, bytes, start, end);
      if (answer.to === 'client' && answer.limits !== undefined) throw new Fault('limit_missing');
      const verdict = this.#visitSeen(head, type, bodyLength, bytes, start, end);
      this.#progress(head, type, bytes, start, end);
      return verdict;
    }
    if (available < bodyLength) throw new Fault('answer_too_large', { limit: READ_MAX });
    answer.listener.message(type, bytes.subarray(start, end));
    this.#progress(head, type, bytes, start, end);
    return Verdict.drop;
  }

  body(bytes: Buffer, start: number, end: number, rest: number): void {
    try {
      this.#masked.body(bytes, start, end, rest, this.scanner);
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
    this.scanner.insertBefore(encodeMessage(type, withoutLastParameter(bytes.subarray(start, end))));
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
    return this.#masked.visit(answer, type, bodyLength, bytes, start, end, this.scanner, inQuery);
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
    this.#progress(head, type, bytes, start, end);
    kept.acts(type, bytes, start);
    return limited ?? masked;
  }

  /** Moves the queue on as the message says; throws for one that can't answer what is expected. */
  #progress(head: Expectation, type: number, bytes: Buffer, start: number, end: number): void {
    const { kind, answer } = head;
    const runs = kind === Kind.query || kind === Kind.execute;
    if (answer.to === 'client' && answer.withholds === true) this.#withholdsRest = true;
    switch (type) {
      case backend.dataRow:
        if (!runs) throw unexpected(type);
        if (isFree(answer)) this.scanner.passThrough[backend.dataRow] = 1;
        return;
      case backend.readyForQuery:
        if (!head.endsWithReady) throw unexpected(type);
        this.#ready(head, bytes, start, end);
        return;
      case backend.commandComplete:
        if (!runs) throw unexpected(type);
        if (head.run !== undefined) this.#commandComplete(head.run, bytes, start, end);
        this.#rowsEnd(head);
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
        this.#rowsEnd(head);
        if (watchedOf(answer)?.ofPortal === true) this.#exchange.done();
        else this.#answered(head);
        return;
      case backend.rowDescription:
        if (answer.to === 'client') this.#checkOrigins(answer.origins, bytes, start);
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
        if (isFree(answer)) this.scanner.passThrough[backend.copyData] = 1;
        return;
      case backend.functionCallResponse:
        if (kind !== Kind.functionCall) throw unexpected(type);
        if (head.run !== undefined) this.#exchange.state.completed(head.run, '');
        return;
      default:
        throw unexpected(type);
    }
  }

  /** At a low client_min_messages, notices repeat the text of what the gateway itself has sent. */
  get #isForClient(): boolean {
    const to = this.#exchange.queue.head?.answer.to;
    return to !== 'listener' && to !== 'denial';
  }

  #withholds(head: Expectation | undefined): boolean {
    if (head?.answer.to === 'client' && head.answer.withholds === true) return true;
    return this.#withholdsRest && this.#mayEndTransaction(head);
  }

  /** Within a transaction's block nothing ordinary ends it. */
  #mayEndTransaction(head: Expectation | undefined): boolean {
    if (this.#exchange.transaction === 'idle') return true;
    return head === undefined || head.kind === Kind.sync || head.run !== undefined;
  }

  #notice(bytes: Buffer, start: number, end: number): Verdict {
    if (!this.#isForClient) return Verdict.drop;
    const head = this.#exchange.queue.head;
    this.#turnTap(head?.answer.to === 'client' ? watchedBy(head) : undefined);
    this.#exchange.kept?.goesOn();
    if (!this.#withholds(head)) return Verdict.forward;
    this.scanner.insertBefore(withheld(backend.noticeResponse, bytes, start, end));
    return Verdict.drop;
  }

  #say(notices: Notices): void {
    const bytes = notices.take();
    if (bytes !== undefined) this.scanner.insertBefore(bytes);
  }

  /** Behind the process that sent it stands its channel. */
  #notification(bytes: Buffer, start: number, end: number): Verdict {
    if (!this.#options.filters) return Verdict.forward;
    const channel = readCstring(bytes, start + 4, end)?.text;
    const isExpected = channel !== undefined && this.#exchange.state.channels.has(channel);
    return isExpected ? Verdict.forward : Verdict.drop;
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

  /** Nobody may see rows that come from elsewhere than what was decided. */
  #checkOrigins(origins: readonly ColumnOrigin[] | undefined, bytes: Buffer, start: number): void {
    if (origins !== undefined && !describes(origins, bytes, start)) throw new Fault('columns_changed');
  }

  #rowsEnd(head: Expectation | undefined): void {
    const { scanner } = this;
    scanner.passThrough[backend.dataRow] = 0;
    scanner.passThrough[backend.copyData] = 0;
    const watched = head === undefined ? undefined : watchedOf(head.answer);
    if (watched !== undefined) {
      watched.passed(scanner.passed, scanner.passedBytes);
      watched.cells += this.#masked.takeCells();
    }
    scanner.passed = 0;
    scanner.passedBytes = 0;
  }

  /** The head is answered, and its answer is whole unless what is held to limits says otherwise. */
  #answered(head: Expectation): void {
    const watched = watchedOf(head.answer);
    this.#exchange.done();
    if (watched?.isKept === false) watched.end();
  }

  /** What is put out from here on is of this answer, for those who record it. */
  #turnTap(watched: WatchedAnswer | undefined): void {
    const { watches } = this.#exchange;
    const isRecorded = watched?.watch.message !== undefined;
    if (watches.tap === undefined && !isRecorded) return;
    watches.tap ??= new ClientTap();
    watches.tap.turnTo(isRecorded ? watched : undefined, this.scanner.outputBytes);
  }

  /** No more will come: what has come of the last answer is counted. */
  ended(): void {
    this.#rowsEnd(this.#exchange.queue.head);
  }

  #ready(head: Expectation, bytes: Buffer, start: number, end: number): void {
    const state = end === start + 1 ? transactionStates[bytes[start] as number] : undefined;
    if (state === undefined) throw unexpected(backend.readyForQuery);
    const exchange = this.#exchange;
    exchange.transaction = state;
    this.#answered(head);
    exchange.state.ready(state);
    if (state !== 'idle') return;
    this.#withholdsRest = false;
    exchange.watches.closeAll();
  }

  /** The server's tag is its acknowledgement, and tells a COMMIT from a ROLLBACK. */
  #commandComplete(run: Run, bytes: Buffer, start: number, end: number): void {
    this.#exchange.state.completed(run, readCstring(bytes, start, end)?.text ?? '');
  }

  #error(bytes: Buffer, start: number, end: number): Verdict {
    const exchange = this.#exchange;
    const head = exchange.queue.head;
    this.#rowsEnd(head);
    const fields = readErrorFields(bytes, start, end);
    if (isFatal(fields)) {
      this.fatalSeen = true;
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
    this.#turnTap(answer.to === 'client' ? watchedBy(head) : undefined);
    if (answer.to !== 'listener' && answer.notices !== undefined) this.#say(answer.notices);
    switch (answer.to) {
      case 'client': {
        const watched = watchedBy(head) ?? this.#watchedByKept(head);
        if (head.refused !== undefined) {
          watched?.failed(head.refused.sqlstate);
          this.scanner.insertBefore(errorResponse('ERROR', head.refused));
          head.refused = undefined;
          return Verdict.drop;
        }
        const { kept } = this.#exchange;
        const instead = kept?.current === head ? kept.instead(bytes, start, end) : undefined;
        if (instead !== undefined) {
          if (instead.length > 0) this.scanner.insertBefore(instead);
          return Verdict.drop;
        }
        if (!head.overdue) {
          watched?.failed(readErrorFields(bytes, start, end).get('C'));
          return this.#passError(head, bytes, start, end);
        }
        const fault = overdue(answer.milliseconds);
        watched?.failed(fault.sqlstate);
        this.scanner.insertBefore(errorResponse('ERROR', fault));
        return Verdict.drop;
      }
      case 'denial':
        this.scanner.insertBefore(errorResponse('ERROR', answer.denial));
        return Verdict.drop;
      case 'listener':
        answer.listener.message(backend.errorResponse, bytes.subarray(start, end));
        if (!own) this.scanner.insertBefore(errorResponse('ERROR', decisionFailed()));
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
    if (!this.#withholds(head)) return Verdict.forward;
    this.#withholdsRest = true;
    this.scanner.insertBefore(withheld(backend.errorResponse, bytes, start, end));
    return Verdict.drop;
  }

  #parameterStatus(bytes: Buffer, start: number, end: number): Verdict {
    const name = readCstring(bytes, start, end);
    const value = name && readCstring(bytes, name.end, end);
    if (value === undefined) throw unexpected(backend.parameterStatus);
    const want = this.#options.pinned[name?.text ?? ''];
    if (want !== undefined && value.text !== want) {
      throw new Fault('pinned_setting_changed', { name: name?.text ?? '', want });
    }
    this.#exchange.state.context.reported(name?.text ?? '');
    if (name?.text === 'application_name') {
      this.#options.onApplicationName(value.text);
      // The client keeps the name that it chose.
      if (this.#exchange.queue.head?.answer.to === 'listener') return Verdict.drop;
    } else if (this.#options.filters && !isReported(name?.text ?? '')) return Verdict.drop;
    const { kept } = this.#exchange;
    if (kept === undefined) return Verdict.forward;
    const report = encodeMessage(backend.parameterStatus, bytes.subarray(start, end));
    return kept.tellBehind(report) ? Verdict.drop : Verdict.forward;
  }
}

/** Rows and copy data that the client gets. */
function count(watched: WatchedAnswer, type: number, bodyLength: number): void {
  if (type === backend.dataRow || type === backend.copyData) watched.passed(1, bodyLength + HEADER_BYTES);
  else if (type === backend.copyOutResponse) watched.copies();
}

const expectsColumns = (head: Expectation | undefined): boolean =>
  head?.answer.to === 'client' &&
  (head.answer.origins !== undefined || head.answer.masked !== undefined || head.answer.hidden === true);

const hidesParameter = (head: Expectation | undefined): boolean =>
  head?.answer.to === 'client' && head.answer.hidesParameter === true;

const isMasked = (head: Expectation | undefined): boolean => head !== undefined && !passes(head.answer);

/** Nobody looks at the rows. */
const passes = (answer: Answer): boolean =>
  answer.to === 'client' && (answer.masked === undefined || answer.masked.passes);

/** Nobody looks at them, or counts them. */
const isFree = (answer: Answer): boolean =>
  passes(answer) && answer.to === 'client' && answer.limits === undefined;

const isLimited = (head: Expectation | undefined): boolean =>
  head?.answer.to === 'client' && head.answer.limits !== undefined;

const dataTypes: ReadonlySet<number> = new Set([backend.dataRow, backend.copyData, backend.copyDone]);

const overdue = (milliseconds: number | undefined): Fault =>
  new Fault('statement_overdue', { milliseconds: milliseconds ?? 0 });

const decisionFailed = (): Fault => new Fault('decision_failed');

const unexpected = (type: number): Fault =>
  new Fault(
    'upstream_protocol',
    {},
    new Error(`unexpected message type ${JSON.stringify(String.fromCharCode(type))}`),
  );
