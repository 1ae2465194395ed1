// Statements that touch nothing labelled and whose rows nobody keeps: their events share lines, and cost little.
import { type LineContext, outcomesOf, StatementContext, type Subject } from '../../audit/index.ts';
import type { Effect, Statement } from '../../session/index.ts';
import { type Level, strictestLevel } from '../recording/level.ts';
import { Basis } from './basis.ts';
import { type SaidBeside, type StatementSubject, statementSubject } from './statement-subject.ts';

export type Plain = Readonly<{
  basis: Basis;
  path: PlainPath;
  session: Subject;
  /** Which stands in its subject. */
  text: string | undefined;
  /** Says the texts of those whose subject has none: each has another one. */
  beside: StatementSubject | undefined;
  /** Of one whose text stands in its subject. */
  said: SaidBeside;
  context: StatementContext;
  /** How much decisions on it say is to be recorded. */
  record: Level | undefined;
}>;

type Permit = Exclude<Effect, { kind: 'deny' }>;
type PlainPath = 'bind' | 'query';

/** Of one session. */
export class PlainStatements {
  readonly #session: string;
  readonly #outcomes: LineContext;
  /** By what was decided of them, which is the same object for what is decided alike. */
  readonly #known: Readonly<Record<PlainPath, WeakMap<Basis, Plain>>> = {
    bind: new WeakMap(),
    query: new WeakMap(),
  };

  /** A session mostly runs the same again. */
  #before: Plain | undefined;

  constructor(session: string) {
    this.#session = session;
    this.#outcomes = outcomesOf(session);
  }

  /** Undefined: it is none of them. `session`: what is said of the session now. */
  of(effect: Permit, statement: Statement, session: Subject): Plain | undefined {
    const { path, text } = statement;
    const { kind, basis } = effect;
    if (kind !== 'allow' || (path !== 'bind' && path !== 'query') || !(basis instanceof Basis))
      return undefined;
    if (statement.commits !== undefined) return undefined;
    const before = this.#before;
    const isSame = before?.basis === basis && before.path === path;
    const known = isSame ? before : this.#known[path].get(basis);
    const stands =
      known !== undefined && known.session === session && (known.text === text || known.beside !== undefined);
    const plain = stands ? known : this.#make(basis, path, text, session);
    this.#before = plain;
    if (plain !== undefined && !stands) this.#known[path].set(basis, plain);
    return plain;
  }

  #make(basis: Basis, path: PlainPath, text: string | undefined, session: Subject): Plain | undefined {
    const of = statementSubject(basis);
    if (of.standing !== 'plain' || of.maskedColumns !== undefined) return undefined;
    // Their ids are others each time, as are those of approvals: what is shared has neither.
    if (basis.decisionId !== undefined || basis.approval !== undefined) return undefined;
    const said = of.of(text);
    const isBeside = said.text !== undefined;
    const subjects = { session, statement: said.subject };
    const context = new StatementContext(this.#session, subjects, { path }, this.#outcomes);
    const record = strictestLevel(basis.all.map(({ decision }) => decision?.record));
    return {
      ...{ basis, path, session, context, said, record },
      text: isBeside ? undefined : text,
      beside: isBeside ? of : undefined,
    };
  }
}
