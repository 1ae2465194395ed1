// One session's trail: what is written of its statements before they run, when they are refused, and when they are done.
import type { Draft, Journal, StatementContext, Subject } from '../../audit/index.ts';
import { Fault, toFault } from '../../lib/index.ts';
import {
  type AnswerResult,
  type AnswerWatch,
  deny,
  type Effect,
  type Guard,
  type Login,
  type Refusal,
  type Refused,
  type Statement,
} from '../../session/index.ts';
import { type Level, strictestLevel } from '../recording/level.ts';
import { recordingNothing } from '../recording/without-journal.ts';
import { approvalSubject } from './approval-subject.ts';
import { Basis, type Judged } from './basis.ts';
import { FollowedStatement, type Intent, type Recorder } from './followed-statement.ts';
import { noJournal } from './no-journal.ts';
import { membersOfOutcome } from './outcome.ts';
import { PlainStatement, type PlainTrail } from './plain-statement.ts';
import { PlainStatements } from './plain-statements.ts';
import { isKeepable } from './said-parameters.ts';
import { type Bound, type HashKey, saidValues } from './said-values.ts';
import { type Asks, type Claims, SessionSubject } from './session-subject.ts';
import { SinkFirst } from './sink-first.ts';
import { decidedBy, decisionIdIn, withRefusal } from './statement-members.ts';
import { type SaidBeside, statementSubject } from './statement-subject.ts';

export type SessionTrailOptions = Readonly<{
  journal: Journal;
  login: Login;
  asks: Asks;
  claims: Claims;
  hashKey: HashKey;
  /** A sink has to have it before it runs. */
  isStrict: boolean;
  /** What was begun can't be told of: nothing more may run. */
  onLost: (fault: Fault) => void;
  records?: Records | undefined;
}>;

/** Who records the answers of statements. */
export type Records = Readonly<{
  /** Anybody does, of a statement of which decisions say at most this. */
  wants: (session: string, record: Level | undefined) => boolean;
  /** Throws why it must not run without. */
  of: (about: Recorded) => Recorder | undefined;
}>;

/** `record`: the most that decisions on it say. */
export type Recorded = Readonly<{ session: string; statement: string; record: Level | undefined }>;
/** A longer text isn't kept as long as its portal: its event has a line of its own. */
const BESIDE_MOST = 4_096;

type Subjects = NonNullable<Draft['subjects']>;
type Permit = Exclude<Effect, { kind: 'deny' }>;

export class SessionTrail implements PlainTrail {
  readonly subject: SessionSubject;
  /** What was decided of its login. */
  opening: Readonly<Record<string, unknown>> = {};
  isOpened = false;
  readonly #options: SessionTrailOptions;
  readonly #session: string;
  /** Of statements, by theirs. */
  readonly #subjects = new WeakMap<Subject, Readonly<{ session: Subject; statement: Subject }>>();
  readonly #plain: PlainStatements;
  readonly #sinkFirst: SinkFirst;

  constructor(options: SessionTrailOptions) {
    this.#options = options;
    this.#session = options.login.sessionId;
    this.subject = new SessionSubject(options.login, options.asks, options.claims);
    this.#plain = new PlainStatements(this.#session);
    this.#sinkFirst = new SinkFirst(options.journal);
  }

  /** The guard, with everything that passes it or doesn't on the record. */
  watching(guard: Guard): Guard {
    if (this.#options.journal === noJournal) return recordingNothing(guard);
    const decided = (effect: Effect, statement: Statement) => this.#decided(effect, statement);
    const failed = (thrown: unknown, statement: Statement): never => {
      this.#refused(statement, toRefusal(thrown), undefined, undefined);
      throw thrown;
    };
    return {
      ...guard,
      recordedFirst: this.#options.isStrict ? this.#sinkFirst : this.#options.journal.ahead,
      refused: (refused) => this.#refusedBySession(refused),
      decide: (statement) => {
        let effect: Effect | Promise<Effect>;
        try {
          effect = guard.decide(statement);
        } catch (thrown) {
          return failed(thrown, statement);
        }
        if (!(effect instanceof Promise)) return decided(effect, statement);
        return effect.then(
          (late) => this.#decidedLate(late, statement),
          (thrown: unknown) => failed(thrown, statement),
        );
      },
    };
  }

  /** People are asked. */
  held(statement: Statement, basis: Basis): void {
    const { subjects, members } = this.#about(statement, basis);
    this.#options.journal.append({
      ...{ type: 'statement.held', session: this.#session, subjects },
      members: `${decisionIdIn(basis.decisionId)}${members}`,
    });
  }

  /** Nobody waits for it any more, whatever was decided. */
  #decidedLate(effect: Effect, statement: Statement): Effect | Promise<Effect> {
    if (!statement.signal.aborted) return this.#decided(effect, statement);
    const fault = new Fault('statement_cancelled');
    if (effect.kind === 'deny') return this.#decided(effect, statement);
    this.#refused(statement, fault, undefined, effect.basis);
    return deny(fault);
  }

  #decided(effect: Effect, statement: Statement): Effect | Promise<Effect> {
    if (effect.kind === 'deny') {
      const fault = this.#refused(statement, effect.fault, effect.decisionId, effect.basis);
      return fault === undefined ? effect : deny(fault);
    }
    // What is prepared is decided again when it runs.
    if (statement.path === 'parse') return effect;
    return this.#permitted(effect, statement);
  }

  #permitted(effect: Permit, statement: Statement): Effect | Promise<Effect> {
    const { journal, isStrict } = this.#options;
    let watch: PlainStatement | FollowedStatement;
    try {
      watch = this.#beginPlain(effect, statement) ?? this.#intent(effect, statement);
    } catch (thrown) {
      return deny(toFault(thrown));
    }
    const watched = followed(effect, watch);
    if (!isStrict) return watched;
    return journal.acknowledged(watch.id).then(
      () => watched,
      (thrown: unknown) => {
        const fault = toFault(thrown);
        watch.ended({ ...nothing, state: 'refused', sqlstate: fault.sqlstate });
        return deny(fault);
      },
    );
  }

  get journal(): Journal {
    return this.#options.journal;
  }

  get hashKey(): HashKey {
    return this.#options.hashKey;
  }

  /** Undefined: it isn't plain. */
  #beginPlain(effect: Permit, statement: Statement): PlainStatement | undefined {
    const plain = this.#plain.of(effect, statement, this.subject.of(statement.transaction));
    if (plain === undefined || !isKeepable(statement)) return undefined;
    if (this.#options.records?.wants(this.#session, plain.record)) return undefined;
    const { text } = statement;
    const said = plain.beside === undefined || text === undefined ? plain.said : plain.beside.beside(text);
    if (said.text !== undefined && said.text.length > BESIDE_MOST) return undefined;
    return this.beginPlain(plain.context, statement, said);
  }

  /** Throws why it can't be put on the record. */
  beginPlain(context: StatementContext, statement: Bound, said: SaidBeside): PlainStatement {
    const plain = new PlainStatement(this, context, statement, said);
    this.journal.begin(plain);
    return plain;
  }

  #intent(effect: Permit, statement: Statement): FollowedStatement {
    const { basis } = effect;
    const { subjects, members, maskedColumns } = this.#about(statement, basis);
    return this.begin({ subjects, members: decidedBy(basis) + members, maskedColumns, basis });
  }

  /** Puts on the record that it is let through. Throws why it can't be. */
  begin(intent: Intent): FollowedStatement {
    const { subjects, members, basis } = intent;
    const draft = { type: 'statement.intent', session: this.#session, subjects, members };
    const statement = this.#options.journal.appendAhead(draft);
    return new FollowedStatement(this, statement, intent, this.#recorder(statement, basis));
  }

  begunAgain(statement: string): void {
    if (this.#options.isStrict) this.#sinkFirst.awaits(statement);
  }

  /** What has to be recorded and can't be doesn't run, though it was let through. */
  #recorder(statement: string, basis: unknown): Recorder | undefined {
    const record = basis instanceof Basis ? strictestLevel(basis.all.map(levelOf)) : undefined;
    try {
      return this.#options.records?.of({ session: this.#session, statement, record });
    } catch (thrown) {
      const { sqlstate } = toFault(thrown);
      this.outcome(statement, membersOfOutcome({ ...nothing, sqlstate }, 0, undefined));
      throw thrown;
    }
  }

  /** Written later: nothing waits for it. */
  outcome(statement: string, members: string): void {
    try {
      this.#options.journal.appendSoon({
        ...{ type: 'statement.outcome', session: this.#session, statement, members },
      });
    } catch (thrown) {
      this.lost(thrown);
    }
  }

  /** What has run can't be told of. */
  lost(thrown: unknown): void {
    this.#options.onLost(toFault(thrown));
  }

  /** What is the same for others comes first in the answer; the rest is JSON, in the order of the keys. */
  #about(
    statement: Statement,
    basis: unknown,
  ): Readonly<{ subjects: Subjects; members: string; maskedColumns: string | undefined }> {
    const of = statementSubject(basis);
    const said = of.of(statement.text);
    const parameters = saidValues(statement, said.hidesValues, this.#options.hashKey);
    let members = '';
    if (statement.functionOid !== undefined) members += `"function":${statement.functionOid},`;
    if (parameters !== undefined) members += `"parameters":${parameters},`;
    members += `"path":"${statement.commits === undefined ? statement.path : 'commit'}"`;
    if (said.text !== undefined) members += `,"text":${said.text}`;
    const subjects = this.#subjectsOf(this.subject.of(statement.transaction), said.subject);
    const { maskedColumns } = of;
    const by = basis instanceof Basis ? basis.approval : undefined;
    if (by === undefined) return { subjects, members, maskedColumns };
    const approval = approvalSubject(by, this.#options.claims);
    return { subjects: { ...subjects, approval }, members, maskedColumns };
  }

  /** One object for all events that share them: the journal puts it into words once. */
  #subjectsOf(session: Subject, statement: Subject): Subjects {
    const known = this.#subjects.get(statement);
    if (known?.session === session) return known;
    const subjects = { session, statement };
    this.#subjects.set(statement, subjects);
    return subjects;
  }

  /** Gives why even that could not be written. */
  #refused(
    statement: Statement,
    refusal: Refusal,
    decisionId: string | undefined,
    basis: unknown,
  ): Fault | undefined {
    try {
      const { subjects, members } = this.#about(statement, basis);
      this.#options.journal.append({
        ...{ type: 'statement.refused', session: this.#session, subjects },
        members: withRefusal(members, refusal, decisionId),
      });
      return undefined;
    } catch (thrown) {
      return toFault(thrown);
    }
  }

  #refusedBySession({ path, text, refusal, decisionId }: Refused): void {
    const said = statementSubject(undefined).of(text);
    const members = `"path":"${path}"${said.text === undefined ? '' : `,"text":${said.text}`}`;
    try {
      this.#options.journal.append({
        ...{ type: 'statement.refused', session: this.#session },
        subjects: { session: this.subject.of('idle'), statement: said.subject },
        members: withRefusal(members, refusal, decisionId),
      });
    } catch (thrown) {
      // It doesn't run in any case; what follows it must not either.
      this.lost(thrown);
    }
  }
}

const levelOf = ({ decision }: Judged): Level | undefined => decision?.record;

const nothing: AnswerResult = { state: 'refused', rows: 0, bytes: 0, affected: 0, cells: 0 };

function toRefusal(thrown: unknown): Fault {
  return thrown instanceof Fault ? thrown : new Fault('decision_failed');
}

/** The same, with who follows its answer. It is made for each statement: naming its members costs the least. */
function followed(effect: Permit, watch: AnswerWatch): Effect {
  if (effect.kind === 'mask') return { ...effect, watch };
  const { kind, origins, milliseconds, withholds, limits, notices, instead, basis } = effect;
  const all: Required<typeof effect> = {
    kind,
    origins,
    milliseconds,
    withholds,
    limits,
    notices,
    instead,
    watch,
    basis,
  };
  return all;
}
