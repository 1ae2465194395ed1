// The seam at which every statement arrives once, before the server sees it.
import type { Fault } from '../lib/index.ts';
import type { BindValues, ErrorText } from '../wire/index.ts';
import type { ColumnOrigin } from './column-origins.ts';
import type { Ran } from './commit/uncommitted.ts';
import type { Instead } from './instead.ts';
import type { AnswerLimits } from './limits/answer-limits.ts';
import type { MaskPlan } from './masking/mask-plan.ts';
import type { PreparedStatement } from './named.ts';
import type { Parsed } from './parsed-text.ts';
import type { RecordedFirst } from './recorded-first.ts';
import type { StatementSession } from './statement-session.ts';
import type { AnswerWatch } from './watch/answer-watch.ts';

/** How a statement reached the gateway. */
export type StatementPath =
  /** A Query message; its text may hold several statements, which the server too reads as a whole before any runs. */
  | 'query'
  /** A Parse message: it is to be prepared, not yet run. */
  | 'parse'
  /** A Bind message: a prepared statement is to run with these parameters. Planning may evaluate functions already. */
  | 'bind'
  /** An Execute of a cursor that SQL declared, of a portal that nothing is known of, or of an EXECUTE or FETCH. */
  | 'execute'
  /** A FunctionCall message, which carries a function's object id and no SQL. */
  | 'function_call';

/** A statement that waits for its decision. */
export interface Statement {
  readonly path: StatementPath;
  /** The SQL text that runs; undefined where nothing is known of the name that it was called by, or there is none. */
  readonly text: string | undefined;
  readonly prepared: PreparedStatement | undefined;
  /** Of a FunctionCall. */
  readonly functionOid: number | undefined;
  /** The transaction's state when the server last said it. */
  readonly transaction: TransactionState;
  /** Resolves once everything that was sent before is answered: then `transaction` is how it is. */
  answered(): Promise<void>;
  /**
   * What of the transaction was left to be decided at its commit, where this is the commit: a COMMIT or PREPARE
   * TRANSACTION, or, without a text and a message of its own, the end of a statement that commits itself. Refused, the
   * transaction is rolled back.
   */
  readonly commits: readonly Ran[] | undefined;
  /** Aborted when the client cancels or leaves, or an earlier message's failure makes the statement moot. */
  readonly signal: AbortSignal;
  /** What its statements are in PostgreSQL's grammar, or why they are none: read once. Undefined without a text. */
  parsed(): Parsed | undefined;
  /** The session at this moment: the search path, what names stand for, what only it sees. */
  readonly session: StatementSession;
  /**
   * To be said before it is decided, of what its functions may change: the settings that statements are read under,
   * objects (temporary ones too), prepared statements and portals. What follows then waits until it has run, and is
   * asked for again. What its syntax alone tells needs no saying.
   */
  mayChange(...what: readonly MayChange[]): void;
  /** Where a Bind has its parameters, when it arrived whole. */
  readonly bound: BoundValues | undefined;
  /** The parameters of a Bind; undefined when they are too large to be kept, or malformed. */
  values(): BindValues | undefined;
  /** Tells the client something at once, as a notice, while it waits. */
  tell(notice: ErrorText): void;
  /** Asks the server something in the client's own session, in front of the statement; rows as text. */
  ask(sql: string): Promise<readonly (readonly (string | null)[])[]>;
}

/** Behind the names: as the message has them. */
export type BoundValues = Readonly<{ bytes: Buffer; start: number; end: number }>;

export type MayChange = 'settings' | 'catalog' | 'names';

export type TransactionState = 'idle' | 'open' | 'failed';

export type Effect =
  /**
   * `origins`: what the server will say of the columns; when it says otherwise, the session ends. `milliseconds`: after
   * which it is cancelled. `withholds`: of its errors and notices the client learns the kind alone, since their words may
   * hold what it may not read. `limits`: what its answer may come to. `notices`: what the client is told before.
   * `instead`: what the server is sent in the place of a Query, Parse or Bind message that the guard answers itself.
   * `watch`: who follows the answer. `basis`: what it was decided by, for whoever keeps a record of it.
   */
  | Readonly<{
      kind: 'allow';
      origins?: readonly ColumnOrigin[] | undefined;
      milliseconds?: number | undefined;
      withholds?: boolean | undefined;
      limits?: AnswerLimits | undefined;
      notices?: readonly string[] | undefined;
      instead?: Instead | undefined;
      watch?: AnswerWatch | undefined;
      basis?: unknown;
    }>
  /**
   * It runs, and its rows are masked: `plans` has one entry for each statement of the text, undefined for one of which
   * everything passes. The words of errors and notices are withheld.
   */
  | Readonly<{
      kind: 'mask';
      plans: readonly (MaskPlan | undefined)[];
      milliseconds?: number | undefined;
      limits?: AnswerLimits | undefined;
      notices?: readonly string[] | undefined;
      watch?: AnswerWatch | undefined;
      basis?: unknown;
    }>
  /** `decisionId`: as in the guard's own log; a new one when there is none. */
  | Readonly<{
      kind: 'deny';
      fault: Refusal;
      decisionId?: string;
      notices?: readonly string[] | undefined;
      basis?: unknown;
    }>;

/** Why a statement is refused: a fault of ours, or what the server itself would have said of it. */
export type Refusal = Fault | ServerWords;

export class ServerWords {
  readonly error: ErrorText;

  constructor(error: ErrorText) {
    this.error = error;
  }
}

export const allow: Effect = Object.freeze({ kind: 'allow' });

export const deny = (fault: Refusal): Effect => ({ kind: 'deny', fault });

/** May answer at once or later; the session's other messages wait meanwhile, and no other session does. */
export type Decide = (statement: Statement) => Effect | Promise<Effect>;

/** What a session refused by itself: it couldn't be read, or can't be done as it was sent. */
export type Refused = Readonly<{
  path: StatementPath;
  /** As far as it was read. */
  text: string | undefined;
  refusal: Refusal;
  decisionId: string;
}>;

/** What stands between a session's statements and the server. */
export type Guard = Readonly<{
  decide: Decide;
  /** Settings the guard reads SQL under: a session in which one changes is ended. */
  pinned: Readonly<Record<string, string>>;
  /**
   * What the server sends of its own accord reaches the client only where it is known for what: notifications on
   * channels that a statement listens to, and the settings that PostgreSQL reports.
   */
  filters?: boolean;
  /**
   * What decisions are made by, such as the rules: an open portal is decided again at its next Execute when this is no
   * longer what it was. Absent: nothing changes.
   */
  standing?: () => unknown;
  /** The session itself has refused a message that nobody was asked about, before its client hears of it. */
  refused?: (refused: Refused) => void;
  /** Nothing is sent to the server before what was let through is on the record. Absent: nothing is recorded. */
  recordedFirst?: RecordedFirst;
  /** A session has committed a change that the catalog of its database may show. */
  onSchemaChange?: (resource: string) => void;
}>;
