// A Query that is held to limits: what it changes stays in an open transaction until it is counted.
import { randomUUID } from 'node:crypto';
import { serialize } from 'pg-protocol';
import { Fault } from '../../lib/index.ts';
import { backend, encodeMessage, errorResponse, readCstring, Verdict } from '../../wire/index.ts';
import { blockCommand, runOf } from '../block-command.ts';
import { Expectation, Kind } from '../expectation.ts';
import { substituteQuery } from '../substitution.ts';
import { WatchedAnswer } from '../watch/watched-answer.ts';
import { askChangedRows, type Counted } from './changed-rows-question.ts';
import { KeptRun, type KeptRunOptions } from './kept-run.ts';

export type KeptQueryOptions = KeptRunOptions &
  Readonly<{
    /** It stands in no transaction's block: the gateway begins one, and ends it. */
    wrapped: boolean;
    /** It is one SELECT or COPY that only reads and stands alone: what is left out of it need not be made. */
    cutsShort: boolean;
    /** Of its errors, those of its COMMIT among them, the client learns the kind alone. */
    withholds: boolean;
  }>;

type Phase =
  | 'running'
  | 'counting'
  /** What was put in its place, so that the transaction fails. */
  | 'failing'
  /** It has run, and whether it may be committed is being decided. */
  | 'deciding'
  | 'committing'
  | 'rolling_back'
  /** The messages in front of it have failed, and the server has skipped it. */
  | 'skipped';

const ROLLBACK_ATTEMPTS = 3;
const IDLE = 73; /* I */

export class KeptQuery extends KeptRun {
  readonly #wrapped: boolean;
  readonly #cutsShort: boolean;
  readonly #withholds: boolean;
  #phase: Phase = 'running';
  /** An error has ended it. */
  #failed = false;
  #rollbacks = 0;
  /** Why it isn't committed, which the client is told when it is rolled back. */
  #refusal: Buffer | undefined;
  #commitWatch: WatchedAnswer | undefined;

  constructor(options: KeptQueryOptions) {
    super(options);
    this.#wrapped = options.wrapped;
    this.#cutsShort = options.cutsShort;
    this.#withholds = options.withholds;
  }

  /**
   * What is sent in front of it, without a Sync behind: should any of it fail, the server skips the Query, which could
   * be committed at once otherwise.
   */
  prelude(): Buffer | undefined {
    const { exchange } = this.host;
    const { segmentOpen, segmentRuns } = exchange;
    const parts: Buffer[] = [];
    if (this.#wrapped) parts.push(blockCommand(exchange, 'BEGIN'));
    if (this.counts) parts.push(askChangedRows(exchange, 'open', this.countedBefore));
    // The Query ends it.
    exchange.segmentOpen = segmentOpen;
    exchange.segmentRuns = segmentRuns;
    return parts.length === 0 ? undefined : Buffer.concat(parts);
  }

  protected get canStop(): boolean {
    return this.rows.fault !== undefined || this.#cutsShort;
  }

  protected get isRunning(): boolean {
    return this.#phase === 'running' && !this.#failed;
  }

  sees(type: number, bodyLength: number, bytes: Buffer, start: number, end: number): Verdict | undefined {
    switch (this.#phase) {
      case 'running':
        return this.#seesAnswer(type, bodyLength, bytes, start, end);
      case 'committing':
      case 'rolling_back':
        if (type === backend.commandComplete) {
          this.#seesBlockEnd(readCstring(bytes, start, end)?.text);
          return Verdict.drop;
        }
        return this.#stillToEnd(type, bytes, start) ? Verdict.drop : undefined;
      default:
        return this.#stillToEnd(type, bytes, start) ? Verdict.drop : undefined;
    }
  }

  #seesAnswer(
    type: number,
    bodyLength: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): Verdict | undefined {
    switch (type) {
      case backend.commandComplete:
        this.tellHeld();
        return this.seesEnd(bytes, start, end, this.#wrapped || this.counts);
      case backend.readyForQuery:
        return this.#seesReady(bytes, start);
      default:
        this.tellHeld();
        return this.seesRows(type, bodyLength, bytes, start);
    }
  }

  /** The server has told all; what the client is told of the transaction may still depend. */
  #seesReady(bytes: Buffer, start: number): Verdict | undefined {
    const { fault } = this.rows;
    if (this.#failed) return this.#stillToEnd(backend.readyForQuery, bytes, start) ? Verdict.drop : undefined;
    if (fault !== undefined) {
      this.held = undefined;
      const isIdle = bytes[start] === IDLE;
      if (this.#wrapped || isIdle) this.host.tell(errorResponse('ERROR', fault));
      return this.#wrapped || !isIdle ? Verdict.drop : undefined;
    }
    if (this.#wrapped || this.counts) return Verdict.drop;
    this.tellHeld();
    return undefined;
  }

  acts(type: number, bytes: Buffer, start: number): void {
    if (type !== backend.readyForQuery) return;
    const { fault } = this.rows;
    if (this.#phase === 'running' && !this.#failed) {
      if (fault !== undefined) this.#undo(bytes[start] === IDLE);
      else if (this.counts) this.#count();
      else if (this.#wrapped) this.#commit();
      else this.end();
    } else if (this.#stillToEnd(type, bytes, start)) this.#rollBack();
    else this.end();
  }

  instead(bytes: Buffer, start: number, end: number): Buffer | undefined {
    const { fault } = this.rows;
    if (this.#phase === 'rolling_back') return nothing;
    if (this.#phase === 'committing') {
      this.held = undefined;
      return undefined;
    }
    this.#failed = true;
    this.tellHeld();
    if (fault !== undefined) return errorResponse('ERROR', fault);
    return this.rows.cutting && this.isOurCancel(bytes, start, end) ? this.rows.stopped() : undefined;
  }

  goesOn(): void {
    if (this.#phase === 'running') this.tellHeld();
  }

  segmentFailed(ours: boolean): void {
    if (!ours) {
      this.end();
      return;
    }
    // What whoever decides has asked ends with a Sync of its own, and tells them.
    if (this.#phase === 'deciding') return;
    this.#phase = 'skipped';
    const { exchange } = this.host;
    this.current = new Expectation(Kind.sync);
    exchange.sent(this.current);
    this.host.send(serialize.sync());
  }

  /** A COMMIT of what can't be committed says ROLLBACK. */
  #seesBlockEnd(tag: string | undefined): void {
    if (this.#phase === 'committing' && tag !== 'COMMIT') {
      this.held = errorResponse('ERROR', this.#failure());
    }
    this.tellHeld();
  }

  /** A transaction's block of the gateway's own is open, which the client must not see. */
  #stillToEnd(type: number, bytes: Buffer, start: number): boolean {
    return type === backend.readyForQuery && this.#wrapped && bytes[start] !== IDLE;
  }

  #count(): void {
    this.#phase = 'counting';
    this.host.send(askChangedRows(this.host.exchange, 'sync', (counted) => this.#counted(counted)));
  }

  /** In front of the ReadyForQuery of the question, which is the client's where no block is to be ended. */
  #counted(counted: Counted): void {
    this.judge(counted);
    const { fault } = this.rows;
    const { ready } = counted;
    if (ready === undefined) return;
    if (counted.rows === 'failed') {
      this.host.tell(errorResponse('ERROR', fault ?? this.#failure()));
      this.held = undefined;
      if (this.#wrapped) this.#rollBack();
      else this.#tellReady(ready);
    } else if (fault !== undefined) {
      this.held = undefined;
      if (this.#wrapped) this.host.tell(errorResponse('ERROR', fault));
      this.#undo(false);
    } else {
      this.noteRan();
      if (this.#wrapped) this.#decideCommit();
      else {
        this.tellHeld();
        this.#tellReady(ready);
      }
    }
  }

  /** At once, unless people have to agree to it. */
  #decideCommit(): void {
    if (!this.notesCommit) {
      this.#commit();
      return;
    }
    this.#phase = 'deciding';
    this.host.holdCommit((refusal, watch) => {
      this.#commitWatch = watch && new WatchedAnswer(watch);
      if (refusal === undefined) {
        this.#commit();
        return;
      }
      this.#refusal = errorResponse('ERROR', refusal);
      this.watched?.failed(refusal.sqlstate);
      this.#rollBack();
    });
  }

  /** Of what is none of the statement's own. */
  #failure(): Fault {
    const fault = new Fault('decision_failed');
    this.watched?.failed(fault.sqlstate);
    return fault;
  }

  /** Whoever follows the commit alone hears of it too. */
  override end(): void {
    const commit = this.#commitWatch;
    this.#commitWatch = undefined;
    // The session has ended before.
    if (this.watched?.isEnded === true) commit?.lost();
    if (this.watched?.hasFailed) commit?.failed(undefined);
    super.end();
    commit?.end();
  }

  #tellReady(ready: Buffer): void {
    this.host.tell(encodeMessage(backend.readyForQuery, ready));
    this.end();
  }

  /** `isOver`: its transaction has ended, in which nothing was changed. */
  #undo(isOver: boolean): void {
    if (this.#wrapped) this.#rollBack();
    else if (isOver) this.end();
    else {
      this.#phase = 'failing';
      const denial = this.rows.fault ?? new Fault('decision_failed');
      this.#send(new Expectation(Kind.query, { to: 'denial', denial }), substituteQuery(randomUUID()));
    }
  }

  #commit(): void {
    this.#phase = 'committing';
    this.#end('COMMIT', this.#withholds);
  }

  /** A cancel that is under way would hit it. */
  #rollBack(): void {
    this.#phase = 'rolling_back';
    this.held = this.#refusal;
    this.#rollbacks += 1;
    if (this.#rollbacks > ROLLBACK_ATTEMPTS) {
      this.host.failed(new Fault('upstream_protocol', {}, new Error('a transaction can not be rolled back')));
    } else if (this.cancelled === undefined) this.#end('ROLLBACK', false);
    else this.cancelled.then(() => this.#end('ROLLBACK', false));
  }

  #end(text: 'COMMIT' | 'ROLLBACK', withholds: boolean): void {
    const run = runOf(text, this.host.exchange.state.endMatters);
    const answer = { to: 'client', withholds } as const;
    this.#send(new Expectation(Kind.query, answer, undefined, false, run), serialize.query(text));
  }

  #send(expectation: Expectation, bytes: Buffer): void {
    this.current = expectation;
    this.host.exchange.sent(expectation);
    this.host.send(bytes);
  }
}

const nothing = Buffer.alloc(0);
