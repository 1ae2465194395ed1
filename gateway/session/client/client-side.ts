// What the messages of the client's direction share: their session, what has been read of them, and how they are sent.
import { serialize } from 'pg-protocol';
import type { Log } from '../../lib/index.ts';
import type { MessageScanner } from '../../wire/index.ts';
import { type Answer, toClient } from '../answer.ts';
import type { BoundValues, Effect, Guard, StatementPath } from '../decide.ts';
import { Decisions } from '../decisions.ts';
import type { Exchange } from '../exchange.ts';
import { Expectation, type Kind } from '../expectation.ts';
import type { RunHost } from '../limits/kept-run.ts';
import { MessageTexts } from '../message-texts.ts';
import type { PreparedStatement } from '../named.ts';
import { Run } from '../run.ts';
import { HeldStatement, type StatementHost } from '../statement.ts';
import { ordinaryChanges, type TextChanges } from '../text-changes.ts';
import { Waiting } from '../waiting.ts';

export type ClientSideOptions = Readonly<{
  exchange: Exchange;
  guard: Guard;
  host: StatementHost;
  /** What messages that are held to limits do to the session. */
  runs: RunHost;
  log: Log;
  statementBytesMax: number;
  /** A decision has come: `resume` the scanner. */
  onDecided: () => void;
  /** The session can't go on. */
  onFailed: (thrown: unknown) => void;
}>;

export class ClientSide {
  /** Set by whoever wires the scanner to the visitor. */
  scanner!: MessageScanner;
  readonly exchange: Exchange;
  readonly guard: Guard;
  readonly runs: RunHost;
  readonly log: Log;
  readonly statementBytesMax: number;
  readonly decisions: Decisions;
  readonly waiting: Waiting;
  readonly texts: MessageTexts;
  /** The guard has said of a statement what its columns come from, or that they are masked. */
  expectsColumns = false;
  /** The guard has answered a statement itself that was prepared: the server keeps it with one parameter more. */
  hidesParameters = false;
  readonly #host: StatementHost;

  constructor(options: ClientSideOptions) {
    this.exchange = options.exchange;
    this.guard = options.guard;
    this.runs = options.runs;
    this.log = options.log;
    this.statementBytesMax = options.statementBytesMax;
    this.#host = options.host;
    this.decisions = new Decisions(options.guard, options.log, options.onDecided);
    this.waiting = new Waiting(options, () => this.scanner.insertBefore(serialize.flush()));
    this.texts = new MessageTexts(options.guard.pinned, options.statementBytesMax);
  }

  statement(
    path: StatementPath,
    text: string | undefined,
    prepared?: PreparedStatement,
    bound?: BoundValues,
    functionOid?: number,
  ): HeldStatement {
    return new HeldStatement(this.#host, path, text, prepared, bound, functionOid);
  }

  /** The guard's answer, which is asked for once; undefined while it is pending. `held`: the statement was shown before. */
  decide(held: HeldStatement | undefined, statement: HeldStatement): Effect | undefined {
    return held === undefined ? this.decisions.ask(statement) : this.decisions.take();
  }

  /** Enters a message that runs a statement. */
  run(
    kind: Kind,
    ordinary: Expectation,
    mayCopyIn: boolean,
    changes: TextChanges,
    hints: number,
    answer: Answer,
  ): Expectation {
    const exchange = this.exchange;
    exchange.state.names.portals.ran();
    const changesNothing = changes === ordinaryChanges && hints === 0;
    const run = changesNothing ? undefined : new Run(changes, hints, exchange.state.endMatters);
    const expectation =
      mayCopyIn || run !== undefined || answer !== toClient
        ? new Expectation(kind, answer, undefined, mayCopyIn, run)
        : ordinary;
    exchange.sent(expectation);
    return expectation;
  }

  insert(bytes: Buffer | undefined): void {
    if (bytes !== undefined) this.scanner.insertBefore(bytes);
  }

  /** What follows waits for the answer, so the server must not keep it. */
  flushBehind(): void {
    this.scanner.insertAfter(serialize.flush());
  }
}
