// Answers what a statement asks of its session, with what the statements before it in the same text will have changed.
import type { AnalysisContext, SessionQuestions } from '../catalog/index.ts';
import type { Change } from './changes.ts';
import { confirmPortal, confirmStatement } from './name-check.ts';
import { nameKey } from './name-key.ts';
import { DOUBTFUL, type Found, type Portal, type PreparedStatement, UNSETTLED } from './named.ts';
import type { Row } from './row.ts';
import { Hint, Run } from './run.ts';
import type { Ask } from './session-context.ts';
import type { SessionState } from './session-state.ts';
import type { Later, StatementSession } from './statement-session.ts';
import type { TextChanges } from './text-changes.ts';

/** What the view needs of the statement and of the session it stands in. */
export interface SessionSource {
  readonly state: SessionState;
  readonly segment: number;
  readonly settled: boolean;
  readonly changes: TextChanges;
  readonly hints: number;
  ask(sql: string, values?: readonly string[]): Promise<readonly Row[]>;
  /** Everything that was sent before is answered. */
  answered(): Promise<void>;
  lend<T>(use: (questions: SessionQuestions) => Promise<T>): Promise<T>;
}

export class SessionOfStatement implements StatementSession {
  readonly #source: SessionSource;
  readonly #ask: Ask;

  constructor(source: SessionSource) {
    this.#source = source;
    this.#ask = (sql, values) => source.ask(sql, values);
  }

  context(catalogVersion?: string): Later<AnalysisContext> {
    return this.#source.state.context.get(catalogVersion, this.#ask);
  }

  get ownObjects(): 'none' | 'maybe' {
    return this.#source.state.ownObjects;
  }

  get endsQuietly(): boolean {
    return !this.#source.state.endMatters;
  }

  isKnownAt(index: number): boolean {
    if (index === 0) return true;
    const { changes, hints } = this.#source;
    return hints === 0 && Run.before(changes, index).every((change) => keepsContext(change));
  }

  prepared(name: string, index = 0): Later<PreparedStatement | undefined> {
    const { changes, hints, state, segment } = this.#source;
    if (index > 0 && (hints & Hint.names) !== 0) return undefined;
    for (const change of Run.before(changes, index)) {
      if (change.change === 'anything') return undefined;
      if (change.change === 'deallocate' && isNamed(change.name, name)) return undefined;
      if (change.change === 'prepare' && isNamed(change.statement.name, name)) return change.statement;
    }
    const look = () => state.names.statement(name, segment);
    return this.#certain(look, () => confirmStatement(state.names, name, this.#ask));
  }

  cursor(name: string, index = 0): Later<Portal | undefined> {
    const { changes, hints, state } = this.#source;
    if (index > 0 && (hints & Hint.names) !== 0) return undefined;
    for (const change of Run.before(changes, index)) {
      if (change.change === 'anything') return undefined;
      // What was declared before it may be gone with it.
      if (change.change === 'transaction' && !starts(change)) return undefined;
      if (change.change === 'close' && isNamed(change.name, name)) return undefined;
      if (change.change === 'declare' && isNamed(change.cursor.name, name)) return change.cursor;
    }
    const look = () => state.names.portals.find(name, this.#source.segment, this.#source.settled);
    return this.#certain(look, () => confirmPortal(state.names, name, this.#ask));
  }

  lend<T>(use: (questions: SessionQuestions) => Promise<T>): Promise<T> {
    return this.#source.lend(use);
  }

  #certain<T>(look: () => Found<T>, confirm: () => Promise<void>): Later<T | undefined> {
    const found = look();
    if (found === UNSETTLED) return this.#source.answered().then(() => this.#certain(look, confirm));
    if (found === DOUBTFUL) return confirm().then(() => this.#certain(look, confirm));
    return found as T | undefined;
  }
}

const isNamed = (changed: string | undefined, name: string): boolean =>
  changed === undefined || nameKey(changed) === nameKey(name);

const starts = (change: Change & { change: 'transaction' }): boolean =>
  change.action === 'begin' || change.action === 'savepoint' || change.action === 'release';

/** The end of a transaction may take back what was set or made in it. */
function keepsContext(change: Change): boolean {
  switch (change.change) {
    case 'prepare':
    case 'deallocate':
    case 'declare':
    case 'close':
    case 'listen':
      return true;
    case 'transaction':
      return starts(change);
    case 'settings':
    case 'temporary':
    case 'catalog':
    case 'anything':
      return false;
    default:
      return change satisfies never;
  }
}
