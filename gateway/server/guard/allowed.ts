// A statement whose facts are known and that may run: what the session is told of it before it does.
import type { FactsAnswer } from '../../catalog/index.ts';
import type { ColumnOrigin, Effect, Statement } from '../../session/index.ts';
import type { StatementFacts, StatementKind } from '../../sql/index.ts';
import { Basis } from '../audit/basis.ts';

export type Facts = Extract<FactsAnswer, { kind: 'facts' }>;
type Allowed = Extract<Effect, { kind: 'allow' }>;

/** As it is: nothing decides on it. */
export function allowed(answer: Facts, statement: Statement): Effect {
  tellChanges(answer, statement);
  const effect = allowing(answer);
  const known = undecided.get(answer);
  if (known !== undefined) return known;
  const [first, ...others] = answer.statements.map((facts) => ({ facts }));
  const said: Effect = first === undefined ? effect : { ...effect, basis: new Basis([first, ...others]) };
  undecided.set(answer, said);
  return said;
}

const undecided = new WeakMap<Facts, Effect>();

/** By a policy, with what it asks for beside. */
export function permitted(answer: Facts, statement: Statement, beside: Beside | undefined): Effect {
  tellChanges(answer, statement);
  const effect = allowing(answer);
  return beside === undefined ? effect : { ...effect, ...beside };
}

export type Beside = Omit<Allowed, 'kind' | 'origins'>;

/** One object for the facts of a statement, however often it comes. */
const effects = new WeakMap<Facts, Allowed>();

function allowing(answer: Facts): Allowed {
  const known = effects.get(answer);
  if (known !== undefined) return known;
  const [only, another] = answer.statements;
  const origins = only === undefined || another !== undefined ? undefined : originsOf(only);
  const effect: Allowed = origins === undefined ? { kind: 'allow' } : { kind: 'allow', origins };
  effects.set(answer, effect);
  return effect;
}

const queries: readonly StatementKind[] = ['select', 'insert', 'update', 'delete', 'merge'];

/** What the server will say of the columns, where the facts are certain of it: rules may give other ones. */
export function originsOf({
  kind,
  opaque,
  relations,
  outputs,
}: StatementFacts): readonly ColumnOrigin[] | undefined {
  const isReplaced = relations.some(({ through }) => through.some((each) => each.startsWith('rule ')));
  if (opaque.length > 0 || !queries.includes(kind) || isReplaced || outputs.length === 0) return undefined;
  return outputs.map(({ origin }) => origin);
}

/** What its functions may change of the session beside what its syntax tells. */
export function tellChanges({ statements }: Facts, statement: Statement): void {
  for (const { opaque, functions } of statements) {
    if (opaque.length > 0) statement.mayChange('settings', 'catalog', 'names');
    else if (functions.some((called) => called.class === 'set_session')) statement.mayChange('settings');
  }
}
