// One message whose answer is held to limits, from when it is sent until the client has been told its end.
import { Fault } from '../../lib/index.ts';
import {
  backend,
  type ErrorText,
  encodeMessage,
  readCstring,
  readErrorFields,
  Verdict,
} from '../../wire/index.ts';
import { watchedOf } from '../answer-to.ts';
import type { Exchange } from '../exchange.ts';
import type { Expectation } from '../expectation.ts';
import type { AnswerWatch } from '../watch/answer-watch.ts';
import type { WatchedAnswer } from '../watch/watched-answer.ts';
import type { AnswerLimits } from './answer-limits.ts';
import { type ChangedRows, type Counted, changedBetween, changedByTable } from './changed-rows-question.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { LimitedRows, type StatementsOfText } from './limited-rows.ts';

/** What a kept run does to its session. */
export interface RunHost {
  readonly exchange: Exchange;
  /** The client is told this in front of the message that is being looked at. */
  tell(bytes: Buffer): void;
  send(bytes: Buffer): void;
  /** The client's next message begins. */
  atBoundary(): void;
  /** The server is asked to give up what it works at. Resolves when it has been, or the session has ended. */
  cancel(): Promise<void>;
  /** Whether what has run since the last commit may be committed is asked; undefined: it may. */
  holdCommit(told: (refusal: ErrorText | undefined, watch: AnswerWatch | undefined) => void): void;
  /** The session can't go on. */
  failed(thrown: unknown): void;
}

export type KeptRunOptions = Readonly<{
  host: RunHost;
  limits: AnswerLimits;
  texts: StatementsOfText;
  /** What it changes is counted. */
  counts: boolean;
  /** Should it be stopped, nothing but itself is lost: nothing was changed, and no transaction is open around it. */
  alone: boolean;
}>;

export abstract class KeptRun implements KeptAnswer {
  current: Expectation | undefined;
  readonly alone: boolean;
  watched: WatchedAnswer | undefined;
  /** More of the portal's rows may follow. */
  protected isSuspended = false;
  protected readonly host: RunHost;
  protected readonly rows: LimitedRows;
  protected readonly counts: boolean;
  /** What the client is told once it is certain that it stays true. */
  protected held: Buffer | undefined;
  protected cancelled: Promise<void> | undefined;
  readonly #limits: AnswerLimits;
  #before: Counted | undefined;
  #tables: ReadonlyMap<string, number> | undefined;
  #ended = false;

  constructor({ host, limits, texts, counts, alone }: KeptRunOptions) {
    this.host = host;
    this.rows = new LimitedRows(limits, texts);
    this.counts = counts;
    this.alone = alone;
    this.#limits = limits;
  }

  /** The messages in front of it are the gateway's, and it comes next. */
  begins(expectation: Expectation): void {
    this.current = expectation;
    this.watched = watchedOf(expectation.answer);
    if (this.watched !== undefined) this.watched.isKept = true;
    this.host.exchange.kept = this;
    this.#limits.meter?.began();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.current = undefined;
    if (this.host.exchange.kept === this) this.host.exchange.kept = undefined;
    this.#limits.meter?.ended();
    this.#endWatch();
  }

  #endWatch(): void {
    const { watched, rows } = this;
    if (watched === undefined) return;
    watched.isKept = false;
    if (rows.fault !== undefined) watched.failed(rows.fault.sqlstate);
    if (watched.hasFailed || !(this.isSuspended && watched.ofPortal)) watched.end();
  }

  abstract sees(
    type: number,
    bodyLength: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): Verdict | undefined;

  abstract acts(type: number, bytes: Buffer, start: number): void;

  abstract instead(bytes: Buffer, start: number, end: number): Buffer | undefined;

  abstract goesOn(): void;

  abstract segmentFailed(ours: boolean): void;

  /** What was kept back is told as soon as it is known that it isn't the last. */
  tellHeld(): void {
    if (this.held !== undefined) this.host.tell(this.held);
    this.held = undefined;
  }

  /** What the server reports just before its ReadyForQuery stands behind what is held. */
  tellBehind(bytes: Buffer): boolean {
    if (this.held === undefined) return false;
    this.held = Buffer.concat([this.held, bytes]);
    return true;
  }

  /** Rows, and what stands around them. */
  protected seesRows(type: number, bodyLength: number, bytes: Buffer, start: number): Verdict | undefined {
    const { rows } = this;
    const stopped = rows.fault !== undefined || rows.cutting;
    const passes = rows.passes(type, bodyLength, bytes, start);
    if (!stopped && (rows.fault !== undefined || rows.cutting)) this.#stop();
    return passes ? undefined : Verdict.drop;
  }

  /** A CommandComplete: it is kept back, as it is or as it is after a cut, and told at once where nothing depends on it. */
  protected seesEnd(bytes: Buffer, start: number, end: number, depends: boolean): Verdict | undefined {
    const cut = this.rows.completed(readCstring(bytes, start, end)?.text ?? '');
    if (this.rows.fault !== undefined) return Verdict.drop;
    if (!depends && cut === undefined) return undefined;
    this.held = cut ?? encodeMessage(backend.commandComplete, bytes.subarray(start, end));
    if (!depends) this.tellHeld();
    return Verdict.drop;
  }

  /** Before it runs. */
  protected readonly countedBefore = (counted: Counted): void => {
    this.#before = counted;
  };

  /** After it has run: what it comes to, or why that can't be told. */
  protected judge(after: Counted): void {
    const before = this.#before?.rows;
    const { affected, meter } = this.#limits;
    if (before instanceof Map && after.rows instanceof Map) this.#tables = changedByTable(before, after.rows);
    const counted = countedBetween(before, after.rows);
    if (!(counted instanceof Fault)) this.rows.affected(counted);
    // For those who agree to a commit it is enough to know that nobody could count.
    else if (affected !== undefined || meter !== undefined) this.rows.fault ??= counted;
  }

  protected get notesCommit(): boolean {
    return this.#limits.commit !== undefined;
  }

  /** It stays, as far as it is up to this statement. */
  protected noteRan(): void {
    const { commit } = this.#limits;
    if (commit === undefined) return;
    this.host.exchange.state.ran({ note: commit, rows: this.rows.changed, tables: this.#tables });
  }

  /** The error that a cancel of ours has brought. */
  protected isOurCancel(bytes: Buffer, start: number, end: number): boolean {
    return this.cancelled !== undefined && readErrorFields(bytes, start, end).get('C') === '57014';
  }

  /** The rest need not be made; whether it can be stopped in time is the server's to say. */
  protected abstract readonly canStop: boolean;

  #stop(): void {
    if (!this.canStop) return;
    // Most answers that are too large are there already, and need no cancel.
    setImmediate(() => {
      if (!this.#ended && this.current !== undefined && this.isRunning) this.cancelled = this.host.cancel();
    });
  }

  protected abstract readonly isRunning: boolean;
}

const notKept = (because: string): Fault => new Fault('limit_not_kept', { because });

function countedBetween(before: ChangedRows | 'failed', after: ChangedRows | 'failed'): number | Fault {
  if (before === 'failed' || after === 'failed') return notKept('counting what it changed has failed');
  if (before === undefined || after === undefined)
    return notKept('the database does not count what is changed: track_counts is off');
  return (
    changedBetween(before, after) ?? notKept('it truncates or drops a table, which tells nothing of its rows')
  );
}
