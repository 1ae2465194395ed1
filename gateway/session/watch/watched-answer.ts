// Adds up what an answer comes to as it goes by, for whoever watches it.
import type { Fault } from '../../lib/index.ts';
import type { AnswerResult, AnswerState, AnswerWatch } from './answer-watch.ts';
import { countsOfTag } from './tag-counts.ts';

/** PostgreSQL's for what was cancelled. */
const QUERY_CANCELED = '57014';

export class WatchedAnswer {
  readonly watch: AnswerWatch;
  /** It is of a portal, whose rows several Executes may fetch. */
  readonly ofPortal: boolean;
  /** Its last message is not the last of the answer: what is held to limits says when it has ended. */
  isKept = false;
  /** What its columns are was said, or asked for. */
  isDescribed = false;
  isEnded = false;
  bytes = 0;
  cells = 0;
  #rows = 0;
  #affected = 0;
  #tag: string | undefined;
  #sqlstate: string | undefined;
  /** Messages of the COPY that is being sent; undefined while there is none. */
  #copied: number | undefined;
  /** Where a recording still has to be given the last messages, it hears of the end behind them. */
  #told: (() => void) | undefined;

  constructor(watch: AnswerWatch, ofPortal = false) {
    this.watch = watch;
    this.ofPortal = ofPortal;
  }

  copies(): void {
    this.#copied = 0;
  }

  /** Rows, or messages of a COPY, which holds each row in one. */
  passed(messages: number, bytes: number): void {
    this.bytes += bytes;
    if (this.#copied === undefined) this.#rows += messages;
    else this.#copied += messages;
  }

  /** Copy data of the client's. */
  sent(bytes: number): void {
    this.bytes += bytes;
  }

  /** One of its commands is complete. */
  completed(tag: string): void {
    const { copied, changed } = countsOfTag(tag);
    if (this.#copied !== undefined) {
      this.#rows += Math.min(copied, this.#copied);
      this.#copied = undefined;
    } else this.#affected += changed + copied;
    this.#tag = this.#tag === undefined ? tag : `${this.#tag}; ${tag}`;
  }

  /** What the client is told. The first error counts: those behind it are of the same. */
  failed(sqlstate: string | undefined): void {
    this.#sqlstate ??= sqlstate ?? 'XX000';
  }

  refused({ sqlstate }: Fault): void {
    this.failed(sqlstate);
    this.end('refused');
  }

  /** The session has ended. */
  lost(): void {
    this.end(this.#sqlstate === undefined ? 'unknown' : this.#toldState());
  }

  get isRecorded(): boolean {
    return this.watch.message !== undefined;
  }

  get hasFailed(): boolean {
    return this.#sqlstate !== undefined;
  }

  /** `state`: where it isn't what the answer itself tells. */
  end(state: AnswerState = this.#toldState()): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const result: AnswerResult = {
      state,
      tag: this.#tag,
      rows: this.#rows + (this.#copied ?? 0),
      bytes: this.bytes,
      affected: this.#affected,
      sqlstate: this.#sqlstate,
      cells: this.cells,
    };
    if (this.#told === undefined) this.watch.ended(result);
    else {
      this.#result = result;
      this.#told();
    }
  }
  #result: AnswerResult | undefined;

  /** `told` is called at the end, and calls `tellEnd` when the last message has been given. */
  endsBehindMessages(told: () => void): void {
    this.#told = told;
  }

  tellEnd(): void {
    if (this.#result !== undefined) this.watch.ended(this.#result);
    this.#result = undefined;
  }

  #toldState(): AnswerState {
    if (this.#sqlstate === undefined) return 'complete';
    return this.#sqlstate === QUERY_CANCELED ? 'cancelled' : 'error';
  }
}
