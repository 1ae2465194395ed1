// The client's direction: every message is decided, entered in the queue of expectations, and forwarded or substituted.
import { randomUUID } from 'node:crypto';
import { serialize } from 'pg-protocol';
import { Fault, type Log } from '../lib/index.ts';
import {
  type ErrorText,
  encodeMessage,
  frontend,
  type MessageScanner,
  type MessageVisitor,
  Verdict,
} from '../wire/index.ts';
import { type Answer, toClient } from './answer.ts';
import {
  answerOfDescribe,
  answerTo,
  limitsOf,
  maskOf,
  originsOf,
  watchedAgain,
  watchedOf,
  withholding,
} from './answer-to.ts';
import { blockCommand, runOf } from './block-command.ts';
import { bytesNeeded } from './bytes-needed.ts';
import { commits, segmentNotEnded, tooMany } from './commit/ends-transaction.ts';
import { KeptRollback } from './commit/kept-rollback.ts';
import type { BoundValues, Effect, Guard, Refusal, StatementPath } from './decide.ts';
import { Decisions } from './decisions.ts';
import type { Exchange } from './exchange.ts';
import { Expectation, Kind, plain } from './expectation.ts';
import { bindInstead, parseInstead, preparedInstead } from './instead.ts';
import type { AnswerLimits } from './limits/answer-limits.ts';
import { executeNotKept, queryNotKept } from './limits/countable.ts';
import { keepExecute, keepQuery, rowsToAsk } from './limits/keep.ts';
import type { KeptAnswer } from './limits/kept-answer.ts';
import type { KeptQuery } from './limits/kept-query.ts';
import type { RunHost } from './limits/kept-run.ts';
import { nothingSent, type SentRows } from './limits/sent-rows.ts';
import { LimitedText } from './limits/statements-of-text.ts';
import { MessageTexts, tooLarge } from './message-texts.ts';
import { confirmPortal, confirmStatement } from './name-check.ts';
import { DOUBTFUL, type Portal, type PreparedStatement, UNSETTLED } from './named.ts';
import { noticesOf } from './notices.ts';
import type { Parsed } from './parsed-text.ts';
import { Run } from './run.ts';
import { HeldStatement, type StatementHost } from './statement.ts';
import {
  substituteBind,
  substituteExecute,
  substituteFunctionCall,
  substituteParse,
  substituteQuery,
} from './substitution.ts';
import { ordinaryChanges, type TextChanges, textChanges, unknownChanges } from './text-changes.ts';
import { anything, type TextTraits } from './text-traits.ts';
import { Waiting } from './waiting.ts';
import type { AnswerWatch } from './watch/answer-watch.ts';
import { WatchedAnswer } from './watch/watched-answer.ts';

export type ClientMessagesOptions = Readonly<{
  exchange: Exchange;
  guard: Guard;
  host: StatementHost;
  /** What messages that are held to limits do to the session. */
  runs: RunHost;
  log: Log;
  statementBytesMax: number;
  /** A decision has come: `resume` the scanner. */
  onDecided: () => void;
  onTerminate: () => void;
  /** The session can't go on. */
  onFailed: (thrown: unknown) => void;
}>;

export class ClientMessages implements MessageVisitor {
  /** Set by whoever wires the scanner to this visitor. */
  scanner!: MessageScanner;
  readonly decisions: Decisions;
  readonly #exchange: Exchange;
  readonly #options: ClientMessagesOptions;
  readonly #texts: MessageTexts;
  /** The guard has said of a statement what its columns come from, or that they are masked. */
  #expectsColumns = false;
  /** The guard has answered a statement itself that was prepared: the server keeps it with one parameter more. */
  #hidesParameters = false;
  readonly #waiting: Waiting;
  /** While a cancel request is on its way to the server, nothing new is started that it could hit. */
  #cancelsInFlight = 0;

  constructor(options: ClientMessagesOptions) {
    this.#options = options;
    this.#exchange = options.exchange;
    this.decisions = new Decisions(options.guard, options.log, options.onDecided);
    this.#waiting = new Waiting(options, () => this.scanner.insertBefore(serialize.flush()));
    this.#texts = new MessageTexts(options.guard.pinned, options.statementBytesMax);
  }

  cancelStarted(): void {
    this.#cancelsInFlight += 1;
  }

  cancelEnded(): void {
    this.#cancelsInFlight -= 1;
  }

  bytesNeeded(type: number, bodyLength: number): number {
    return bytesNeeded(type, bodyLength, this.#options.statementBytesMax);
  }

  visit(type: number, bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    const verdict = this.#judge(type, bodyLength, bytes, start, available);
    if (verdict !== Verdict.wait) this.#waiting.over();
    return verdict;
  }

  #judge(type: number, bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    // What the client sends, its Terminate included, comes after what the resolver must roll back.
    if (this.#exchange.lent) return Verdict.wait;
    if (this.#exchange.kept !== undefined && this.#waitsForKept(type, this.#exchange.kept))
      return Verdict.wait;
    if (type === frontend.terminate) {
      this.#options.onTerminate();
      return Verdict.forward;
    }
    const exchange = this.#exchange;
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
      // What follows waits for the answer, so the server must not keep it.
      if (type === frontend.copyDone && exchange.mayCopyIn?.kind === Kind.execute) {
        this.scanner.insertAfter(serialize.flush());
      }
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
        return this.#sync();
      case frontend.flush:
        return Verdict.forward;
      case frontend.describe:
        return this.#describe(bytes, start, end);
      case frontend.close:
        return this.#close(bytes, start, end);
    }
    if (exchange.state.unsettled > 0) return this.#waiting.forAnswers();
    if (exchange.state.lexerDoubtful) {
      // A failed transaction answers no question, and its end may be on the way.
      if (exchange.transaction !== 'failed') return this.#waiting.forLexer();
      if (exchange.queue.length > 0) return this.#waiting.forAnswers();
    }
    switch (type) {
      case frontend.query:
        return this.#query(bodyLength, bytes, start, end);
      case frontend.parse:
        return this.#parse(bodyLength, bytes, start, available);
      case frontend.bind:
        return this.#bind(bodyLength, bytes, start, available);
      case frontend.execute:
        return this.#execute(bytes, start, end);
      default:
        return this.#functionCall(bytes, start, available);
    }
  }

  /** The data of a COPY are part of what is kept. */
  #waitsForKept(type: number, kept: KeptAnswer): boolean {
    this.#options.runs.atBoundary();
    switch (type) {
      case frontend.copyData:
      case frontend.copyDone:
      case frontend.copyFail:
        return false;
      case frontend.terminate:
        return !this.#exchange.copyIn;
      case frontend.sync:
        return !kept.alone && this.#exchange.mayCopyIn === undefined;
      default:
        return this.#exchange.mayCopyIn === undefined;
    }
  }

  /** It commits what has run in front of it, where no transaction's block is open. */
  #sync(): Verdict {
    const exchange = this.#exchange;
    const { uncommitted } = exchange.state;
    if (uncommitted.any && !uncommitted.inBlock) {
      if (!exchange.skipping) {
        const held = this.decisions.held;
        const effect =
          held === undefined ? this.decisions.ask(this.#commit('execute')) : this.decisions.take();
        if (effect === undefined) return Verdict.wait;
        if (effect.kind === 'deny') this.#refuse(Kind.execute, effect.fault, substituteExecute, effect);
        else if (effect.watch !== undefined) {
          const answer = { to: 'client', watched: new WatchedAnswer(effect.watch) } as const;
          uncommitted.clear();
          exchange.sent(new Expectation(Kind.sync, answer));
          return Verdict.forward;
        }
      }
      uncommitted.clear();
    }
    exchange.sent(plain.sync);
    return Verdict.forward;
  }

  /** Whether what has run may be committed, where the client sends nothing that says so. */
  holdCommit(told: (refusal: ErrorText | undefined, watch: AnswerWatch | undefined) => void): void {
    this.decisions.askApart(this.#commit('query'), (effect) => {
      this.#exchange.state.uncommitted.clear();
      if (effect.kind === 'deny') told(this.#denialOf(effect.fault, effect.decisionId), undefined);
      else told(undefined, effect.watch);
    });
  }

  #commit(path: 'query' | 'execute'): HeldStatement {
    const statement = this.#statement(path, undefined);
    statement.isCommit = true;
    return statement;
  }

  #query(bodyLength: number, bytes: Buffer, start: number, end: number): Verdict {
    const send = (id: string) => substituteQuery(id);
    if (bodyLength > this.#options.statementBytesMax)
      return this.#refuse(Kind.query, tooLarge(this.#options.statementBytesMax), send, {});
    if (bytes.indexOf(0, start) !== end - 1) return this.#refuse(Kind.query, malformed(), send, {});
    if (!this.#texts.isReadable(bytes, start, end - 1))
      return this.#refuse(Kind.query, new Fault('statement_not_text'), send, {});
    const { uncommitted } = this.#exchange.state;
    const text = () => this.decisions.held?.text ?? bytes.toString('utf8', start, end - 1);
    if (uncommitted.any && !uncommitted.inBlock)
      return this.#refuse(Kind.query, segmentNotEnded(), send, { text: text() });
    // A hold keeps the statement it was made for, so that its text is read once.
    const held = this.decisions.held;
    const statement = held ?? this.#statement('query', text());
    const unheld = held === undefined && uncommitted.any ? this.#looksForCommit(statement) : undefined;
    if (unheld !== undefined) return this.#refuse(Kind.query, unheld, send, statement);
    const effect = held === undefined ? this.decisions.ask(statement) : this.decisions.take();
    if (effect === undefined) return Verdict.wait;
    if (effect.kind === 'deny') {
      if (this.#isHeldCommit(statement)) return this.#rollBack(effect);
      return this.#refuse(Kind.query, effect.fault, send, effect);
    }
    if (statement.isCommit) uncommitted.clear();
    if (effect.kind === 'allow' && effect.instead?.of === 'query')
      return this.#answer(effect.instead.text, answerTo(effect));
    const { traits, hints } = statement;
    const changes = traits.ordinary ? ordinaryChanges : statement.changes;
    const answer = answerTo(effect);
    const kept = answer.limits && this.#keepQuery(statement, answer.limits, answer.withholds === true);
    if (kept instanceof Fault) return this.#refuse(Kind.query, kept, send, { watched: watchedOf(answer) });
    const sent = this.#run(Kind.query, plain.query, traits.mayCopyIn, changes, hints, answer);
    kept?.begins(sent);
    return Verdict.forward;
  }

  /** The server says what the gateway has to say: rows, formats and the transaction's state stay its own. */
  #answer(text: string, answer: Answer): Verdict {
    this.#run(Kind.query, plain.query, false, ordinaryChanges, 0, answer);
    this.scanner.insertBefore(serialize.query(text));
    return Verdict.drop;
  }

  /** Sends ROLLBACK in the place of the COMMIT: it is as when a check that was put off fails at the server. */
  #rollBack({ fault, decisionId, notices }: Denied): Verdict {
    const exchange = this.#exchange;
    const run = runOf('ROLLBACK', exchange.state.endMatters);
    const answer = { to: 'client', notices: noticesOf(notices) } as const;
    const sent = new Expectation(Kind.query, answer, undefined, false, run);
    exchange.sent(sent);
    exchange.kept = new KeptRollback(this.#options.runs, sent, this.#denialOf(fault, decisionId));
    this.scanner.insertBefore(serialize.query('ROLLBACK'));
    return Verdict.drop;
  }

  /** Why it can't be held, if it commits what is to be decided then. */
  #looksForCommit(statement: HeldStatement): Fault | undefined {
    if (statement.traits.ordinary) return undefined;
    const found = commits(statement.changes, statement.parsed(), this.#exchange.state.uncommitted);
    if (found instanceof Fault) return found;
    statement.isCommit = found;
    return undefined;
  }

  /** In a failed transaction it commits nothing, and a refusal is one as any other. */
  #isHeldCommit({ isCommit }: HeldStatement): boolean {
    return isCommit && this.#exchange.transaction !== 'failed' && this.#exchange.state.uncommitted.any;
  }

  #parse(bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    const end = start + available;
    // A hold keeps the statement it was made for, so that its text is read once.
    const record = this.decisions.held?.prepared ?? this.#texts.parse(bodyLength, bytes, start, end);
    if (record instanceof Fault) {
      return this.#refuse(
        Kind.parse,
        record,
        (id) => substituteParse(id, this.#texts.name(bytes, start, end)?.text ?? ''),
        {},
      );
    }
    const held = this.decisions.held;
    const statement = held ?? this.#statement('parse', record.text, record);
    const effect = held === undefined ? this.decisions.ask(statement) : this.decisions.take();
    if (effect === undefined) return Verdict.wait;
    if (effect.kind === 'deny') {
      const substitute = (id: string) => substituteParse(id, record.name);
      return this.#refuse(Kind.parse, effect.fault, substitute, effect);
    }
    const segment = this.#exchange.segment;
    const hints = record.hints | statement.hints;
    const origins = originsOf(effect);
    const prepared =
      hints === record.hints && origins === record.origins ? record : { ...record, hints, origins };
    if (origins !== undefined) {
      this.#expectsColumns = true;
      this.#texts.learned(record, prepared);
    }
    const instead = effect.kind === 'allow' && effect.instead?.of === 'parse' ? effect.instead : undefined;
    const kept = instead === undefined ? prepared : preparedInstead(record, instead);
    const claim = { space: 'statement', name: record.name, segment, record: kept } as const;
    this.#exchange.sent(new Expectation(Kind.parse, undefined, claim));
    if (instead === undefined) return Verdict.forward;
    this.#hidesParameters = true;
    this.scanner.insertBefore(parseInstead(kept));
    return Verdict.drop;
  }

  #bind(bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    const end = start + available;
    const portal = this.#texts.name(bytes, start, end);
    const name = portal && this.#texts.name(bytes, portal.end, end);
    if (portal === undefined || name === undefined)
      return this.#refuse(Kind.bind, malformed(), substituteBind, {});
    const exchange = this.#exchange;
    const { names } = exchange.state;
    let prepared = names.statement(name.text, exchange.segment);
    if (prepared === UNSETTLED) return this.#waiting.forAnswers();
    // In a failed transaction the server runs nothing, and answers nothing.
    if (prepared === DOUBTFUL && exchange.transaction === 'failed') {
      if (exchange.queue.length > 0) return this.#waiting.forAnswers();
      prepared = names.doubtfulStatement(name.text);
    }
    if (prepared === DOUBTFUL)
      return this.#waiting.forQuestion((ask) => confirmStatement(names, name.text, ask));
    const values = available === bodyLength ? { bytes, start: name.end, end } : undefined;
    const held = this.decisions.held;
    const statement = held ?? this.#statement('bind', prepared?.text, prepared, values);
    const effect = held === undefined ? this.decisions.ask(statement) : this.decisions.take();
    if (effect === undefined) return Verdict.wait;
    if (effect.kind === 'deny') return this.#refuse(Kind.bind, effect.fault, substituteBind, effect);
    const hints = statement.hints | (prepared?.hints ?? 0);
    const again = prepared?.traits.ordinary !== true && changesOf(prepared).namesAnother;
    const answer = answerTo(effect, true);
    const watched = watchedOf(answer);
    const standing = this.#options.guard.standing?.();
    const sent = effect.limits === undefined ? undefined : nothingSent();
    const record: Portal = {
      name: portal.text,
      statement: prepared,
      answer: again ? undefined : answer,
      standing,
      hints,
      sent,
      watched,
    };
    const claim = { space: 'portal', name: portal.text, segment: exchange.segment, record } as const;
    const run = hints === 0 ? undefined : new Run(ordinaryChanges, hints, false);
    // Planning may run functions already, whose errors tell of what they read.
    exchange.sent(new Expectation(Kind.bind, withholding(effect), claim, false, run));
    if (effect.kind === 'mask') this.#expectsColumns = true;
    const instead = effect.kind === 'allow' ? effect.instead : undefined;
    const given = instead?.of === 'bind' ? statement.values() : undefined;
    if (instead?.of !== 'bind' || given === undefined) return Verdict.forward;
    this.scanner.insertBefore(bindInstead(bytes.subarray(start, name.end), given, instead.value));
    return Verdict.drop;
  }

  #execute(bytes: Buffer, start: number, end: number): Verdict {
    const name = this.#texts.name(bytes, start, end);
    if (name?.end !== end - 4) return this.#refuse(Kind.execute, malformed(), substituteExecute, {});
    const exchange = this.#exchange;
    const { names } = exchange.state;
    const portal = names.portals.find(name.text, exchange.segment, exchange.queue.length === 0);
    if (portal === UNSETTLED) return this.#waiting.forAnswers();
    if (portal === DOUBTFUL) return this.#waiting.forQuestion((ask) => confirmPortal(names, name.text, ask));
    const prepared = portal?.statement;
    const { guard } = this.#options;
    // What was bound before may commit what has run since.
    const { uncommitted } = exchange.state;
    const mayCommit = uncommitted.any && prepared?.traits.ordinary !== true;
    const stands = portal?.standing === guard.standing?.() && !mayCommit;
    let answer = stands ? portal?.answer : undefined;
    let hints = portal?.hints ?? 0;
    // What came before this segment tells whether a transaction is open.
    if (limitsOf(answer) !== undefined && exchange.queue.find(endsWithReady) !== undefined)
      return this.#waiting.forAnswers();
    const text = prepared?.text;
    const followed = watchedAgain(answer);
    if (followed instanceof Fault) return this.#refuse(Kind.execute, followed, substituteExecute, { text });
    answer = followed;
    if (answer === undefined) {
      const held = this.decisions.held;
      const statement = held ?? this.#statement('execute', prepared?.text, prepared);
      const unheld = held === undefined && mayCommit ? this.#looksForCommit(statement) : undefined;
      if (unheld !== undefined) return this.#refuse(Kind.execute, unheld, substituteExecute, statement);
      const effect = held === undefined ? this.decisions.ask(statement) : this.decisions.take();
      if (effect === undefined) return Verdict.wait;
      if (effect.kind === 'deny') {
        if (this.#isHeldCommit(statement)) this.#insert(blockCommand(exchange, 'ROLLBACK'));
        return this.#refuse(Kind.execute, effect.fault, substituteExecute, effect);
      }
      if (statement.isCommit) uncommitted.clear();
      answer = answerTo(effect);
      hints |= statement.hints;
    }
    const limits = limitsOf(answer);
    const through = portal?.sent ?? names.portals.sentThrough(name.text);
    const limited = limits && this.#limitedText(prepared?.traits, () => prepared?.parsed.read(), through);
    const notKept = limits && limited && this.#executeNotKept(limits, limited);
    if (notKept !== undefined) {
      const of = { text, watched: watchedOf(answer) };
      return this.#refuse(Kind.execute, notKept, substituteExecute, of);
    }
    this.#describeUnasked(answer, bytes.subarray(start, name.end));
    const kept = limits && limited && keepExecute(this.#options.runs, limits, limited);
    this.#insert(kept?.prelude());
    const { mayCopyIn } = prepared?.traits ?? anything;
    const sent = this.#run(Kind.execute, plain.execute, mayCopyIn, changesOf(prepared), hints, answer);
    kept?.begins(sent);
    // What follows waits for the answer, so the server must not keep it.
    if (sent.mayCopyIn || kept !== undefined) this.scanner.insertAfter(serialize.flush());
    const rows = limits && limited && rowsToAsk(limits, limited, bytes.readInt32BE(name.end));
    if (rows === undefined) return Verdict.forward;
    this.scanner.insertBefore(serialize.execute({ portal: name.text, rows }));
    return Verdict.drop;
  }

  #executeNotKept(limits: AnswerLimits, text: LimitedText): Fault | undefined {
    const { transaction, state } = this.#exchange;
    const inBlock = transaction !== 'idle' || state.uncommitted.inBlock;
    const many = limits.commit === undefined ? undefined : tooMany(state.uncommitted);
    return many ?? executeNotKept(limits, text, inBlock);
  }

  #keepQuery(statement: HeldStatement, limits: AnswerLimits, withholds: boolean): KeptQuery | Fault {
    const text = this.#limitedText(statement.traits, () => statement.parsed(), undefined);
    const many = limits.commit === undefined ? undefined : tooMany(this.#exchange.state.uncommitted);
    const notKept = many ?? queryNotKept(limits, text, this.#exchange.transaction === 'open');
    if (notKept !== undefined) return notKept;
    const kept = keepQuery(this.#options.runs, limits, text, withholds);
    this.#insert(kept.prelude());
    return kept;
  }

  #limitedText(
    traits: TextTraits = anything,
    read: () => Parsed | undefined,
    through: SentRows | undefined,
  ): LimitedText {
    return new LimitedText(traits, read, this.#exchange.state.names.portals, through);
  }

  #insert(bytes: Buffer | undefined): void {
    if (bytes !== undefined) this.scanner.insertBefore(bytes);
  }

  /** An Execute brings no description of its columns: where the client has not asked for it, the gateway does. */
  #describeUnasked(answer: Answer, name: Buffer): void {
    const masked = maskOf(answer);
    const watched = watchedOf(answer);
    const exchange = this.#exchange;
    const isUnmasked = masked?.lacksDescription(exchange.segment) !== true;
    if (isUnmasked && watched?.isRecorded !== true) return;
    if (isUnmasked && watched?.isDescribed === true) return;
    masked?.describedIn(exchange.segment);
    if (watched !== undefined) watched.isDescribed = true;
    this.scanner.insertBefore(encodeMessage(frontend.describe, Buffer.concat([PORTAL, name])));
    const withholds = masked !== undefined || (answer.to === 'client' && answer.withholds === true);
    const hidden = { to: 'client', masked, withholds, hidden: true, watched } as const;
    exchange.sent(new Expectation(Kind.describe, hidden));
  }

  /** What is described is what was parsed or bound, when that is certain. */
  #describe(bytes: Buffer, start: number, end: number): Verdict {
    const exchange = this.#exchange;
    const looks = this.#expectsColumns || this.#hidesParameters;
    const name = looks ? this.#texts.name(bytes, start + 1, end) : undefined;
    const { names } = exchange.state;
    const ofStatement = bytes[start] === 0x53; /* S */
    const found =
      name &&
      (ofStatement
        ? names.statement(name.text, exchange.segment)
        : names.portals.find(name.text, exchange.segment, exchange.queue.length === 0));
    if (typeof found === 'symbol' && ofStatement && this.#hidesParameters) {
      if (found === UNSETTLED) return this.#waiting.forAnswers();
      // A failed transaction describes nothing that has rows.
      if (exchange.transaction !== 'failed')
        return this.#waiting.forQuestion((ask) => confirmStatement(names, name?.text ?? '', ask));
    }
    const isCertain = found !== undefined && typeof found !== 'symbol';
    const answer = isCertain ? answerOfDescribe(found, exchange.segment) : undefined;
    exchange.sent(answer === undefined ? plain.describe : new Expectation(Kind.describe, answer));
    return Verdict.forward;
  }

  #close(bytes: Buffer, start: number, end: number): Verdict {
    const exchange = this.#exchange;
    const name = this.#texts.name(bytes, start + 1, end);
    const space = bytes[start] === 0x53 /* S */ ? 'statement' : 'portal';
    // A malformed one is refused by the server, and means nothing here.
    const claim = name && ({ space, name: name.text, segment: exchange.segment, record: undefined } as const);
    exchange.state.names.portals.ran();
    exchange.sent(new Expectation(Kind.close, undefined, claim));
    return Verdict.forward;
  }

  #functionCall(bytes: Buffer, start: number, available: number): Verdict {
    if (available < 4) return this.#refuse(Kind.functionCall, malformed(), substituteFunctionCall, {});
    const held = this.decisions.held;
    const oid = bytes.readUInt32BE(start);
    const statement = held ?? this.#statement('function_call', undefined, undefined, undefined, oid);
    const effect = held === undefined ? this.decisions.ask(statement) : this.decisions.take();
    if (effect === undefined) return Verdict.wait;
    if (effect.kind === 'deny')
      return this.#refuse(Kind.functionCall, effect.fault, substituteFunctionCall, effect);
    // Its result is no row, and has no column.
    if (effect.kind === 'mask' || effect.limits !== undefined) {
      const of = { watched: watchedOf(answerTo(effect)) };
      return this.#refuse(Kind.functionCall, new Fault('decision_failed'), substituteFunctionCall, of);
    }
    this.#run(Kind.functionCall, plain.query, false, unknownChanges, 0, answerTo(effect));
    return Verdict.forward;
  }

  /** Enters a message that runs a statement. */
  #run(
    kind: Kind,
    ordinary: Expectation,
    mayCopyIn: boolean,
    changes: TextChanges,
    hints: number,
    answer: Answer,
  ): Expectation {
    const exchange = this.#exchange;
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

  #statement(
    path: HeldStatement['path'],
    text: string | undefined,
    prepared?: PreparedStatement,
    bound?: BoundValues,
    functionOid?: number,
  ): HeldStatement {
    return new HeldStatement(this.#options.host, path, text, prepared, bound, functionOid);
  }

  /** Sends, in the message's place, one that the server is certain to refuse. */
  #refuse(
    kind: Kind,
    refusal: Refusal,
    substitute: (decisionId: string) => Buffer,
    by: Denied | OwnRefusal,
  ): Verdict {
    const { decisionId = randomUUID(), notices } = 'kind' in by ? by : {};
    const denial = this.#denialOf(refusal, decisionId);
    if (!('kind' in by)) this.#tellRefused(kind, refusal, decisionId, by);
    this.scanner.insertBefore(substitute(decisionId));
    const answer = { to: 'denial', denial, notices: noticesOf(notices) } as const;
    const expectation = new Expectation(kind, answer);
    this.#exchange.sent(expectation);
    // The server is certain to skip to the next Sync.
    if (!expectation.endsWithReady) this.#exchange.skipping = true;
    return Verdict.drop;
  }

  /** Whoever keeps a record knows what was refused when asked; this is what nobody was asked about, or was let through. */
  #tellRefused(kind: Kind, refusal: Refusal, decisionId: string, { text, watched }: OwnRefusal): void {
    if (watched !== undefined && refusal instanceof Fault) watched.refused(refusal);
    else this.#options.guard.refused?.({ path: pathOf[kind] ?? 'query', text, refusal, decisionId });
  }

  /** What the client is told. */
  #denialOf(refusal: Refusal, decisionId: string = randomUUID()): ErrorText {
    const code = refusal instanceof Fault ? refusal.code : 'server_error';
    this.#options.log.info({ decision_id: decisionId, code }, 'statement refused');
    return refusal instanceof Fault ? denialOf(refusal, decisionId) : refusal.error;
  }
}

const changesOf = (prepared: PreparedStatement | undefined): TextChanges =>
  prepared === undefined
    ? unknownChanges
    : prepared.traits.ordinary
      ? ordinaryChanges
      : textChanges(prepared.text, prepared.traits, prepared.parsed);

type Denied = Extract<Effect, { kind: 'deny' }>;

/** Of what is refused by the session itself, undecided or although it was let through. */
type OwnRefusal = Readonly<{ text?: string | undefined; watched?: WatchedAnswer | undefined }>;

const pathOf: Readonly<Partial<Record<Kind, StatementPath>>> = {
  [Kind.query]: 'query',
  [Kind.parse]: 'parse',
  [Kind.bind]: 'bind',
  [Kind.execute]: 'execute',
  [Kind.functionCall]: 'function_call',
};

const endsWithReady = (expectation: Expectation): boolean => expectation.endsWithReady;

/** A Describe of a portal. */
const PORTAL = Buffer.from('P');

const malformed = (): Fault => new Fault('malformed_message');

const violation = (what: string): Fault => new Fault('protocol_violation', { what });

const denialOf = ({ sqlstate, message, detail, hint }: Fault, decisionId: string): ErrorText => ({
  sqlstate,
  message,
  detail: detail ?? `decision ${decisionId}`,
  hint,
});
