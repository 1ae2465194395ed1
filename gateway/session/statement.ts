// One statement as the guard sees it: read from the message on demand, and held while the decision is pending.
import type { SessionQuestions } from '../catalog/index.ts';
import { Fault } from '../lib/index.ts';
import { type BindValues, type ErrorText, readBindValues } from '../wire/index.ts';
import type { Ran } from './commit/uncommitted.ts';
import type { BoundValues, MayChange, Statement, StatementPath, TransactionState } from './decide.ts';
import type { PreparedStatement } from './named.ts';
import { type Parsed, ParsedText } from './parsed-text.ts';
import type { Row } from './row.ts';
import { Hint } from './run.ts';
import { SessionOfStatement, type SessionSource } from './session-of-statement.ts';
import type { SessionState } from './session-state.ts';
import type { StatementSession } from './statement-session.ts';
import { type TextChanges, textChanges, unknownChanges } from './text-changes.ts';
import { anything, type TextTraits, traitsOf } from './text-traits.ts';

/** What a statement may ask of the session it stands in. */
export interface StatementHost {
  readonly transaction: TransactionState;
  readonly state: SessionState;
  readonly segment: number;
  /** Nothing that was sent is still to be answered. */
  readonly settled: boolean;
  ask(sql: string, values?: readonly string[]): Promise<readonly Row[]>;
  /** Resolves once everything that was sent is answered. */
  answered(): Promise<void>;
  lend<T>(use: (questions: SessionQuestions) => Promise<T>): Promise<T>;
  /** The client hears it at once, whatever it waits for. */
  tell(notice: ErrorText): void;
}

export class HeldStatement implements Statement, SessionSource {
  readonly path: StatementPath;
  readonly text: string | undefined;
  readonly prepared: PreparedStatement | undefined;
  readonly functionOid: number | undefined;
  readonly traits: TextTraits;
  /** It commits what was left to be decided then. */
  isCommit = false;
  /** What the guard says that its functions may change. */
  hints = 0;
  readonly #host: StatementHost;
  readonly bound: BoundValues | undefined;
  #parsed: ParsedText | undefined;
  #session: StatementSession | undefined;
  #abort: AbortController | undefined;
  #withdrawn = false;
  #released = false;

  constructor(
    host: StatementHost,
    path: StatementPath,
    text: string | undefined,
    prepared?: PreparedStatement,
    bound?: BoundValues,
    functionOid?: number,
  ) {
    this.#host = host;
    this.path = path;
    this.text = text;
    this.prepared = prepared;
    this.traits = prepared?.traits ?? (text === undefined ? anything : traitsOf(text));
    this.#parsed = prepared?.parsed;
    this.bound = bound;
    this.functionOid = functionOid;
  }

  get transaction(): TransactionState {
    return this.#host.transaction;
  }

  get commits(): readonly Ran[] | undefined {
    return this.isCommit ? this.#host.state.uncommitted.all : undefined;
  }

  get session(): StatementSession {
    this.#session ??= new SessionOfStatement(this);
    return this.#session;
  }

  get state(): SessionState {
    return this.#host.state;
  }

  get segment(): number {
    return this.#host.segment;
  }

  get settled(): boolean {
    return this.#host.settled;
  }

  get changes(): TextChanges {
    if (this.text === undefined) return unknownChanges;
    return textChanges(this.text, this.traits, this.#parsed);
  }

  // Made on demand: most decisions are made at once and never look.
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#withdrawn) this.#abort.abort();
    return this.#abort.signal;
  }

  parsed(): Parsed | undefined {
    if (this.text === undefined) return undefined;
    this.#parsed ??= new ParsedText(this.text);
    return this.#parsed.read();
  }

  mayChange(...what: readonly MayChange[]): void {
    for (const each of what) this.hints |= Hint[each];
  }

  values(): BindValues | undefined {
    return this.bound && readBindValues(this.bound.bytes, this.bound.start, this.bound.end);
  }

  tell(notice: ErrorText): void {
    if (!this.#released) this.#host.tell(notice);
  }

  ask(sql: string, values?: readonly string[]): Promise<readonly Row[]> {
    // Once the messages behind it go on, a question could stand in the middle of one of them.
    if (this.#released) return Promise.reject(new Fault('statement_cancelled'));
    return this.#host.ask(sql, values);
  }

  answered(): Promise<void> {
    return this.#host.answered();
  }

  async lend<T>(use: (questions: SessionQuestions) => Promise<T>): Promise<T> {
    await this.#host.answered();
    if (this.#released) throw new Fault('statement_cancelled');
    return this.#host.lend(use);
  }

  /** It is decided, and stands in front of the others no longer. */
  release(): void {
    this.#released = true;
  }

  withdraw(): void {
    this.#released = true;
    this.#withdrawn = true;
    this.#abort?.abort();
  }
}
