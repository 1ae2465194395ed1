// A statement whose facts are known and that may run: what the session is told of it before it does.
import type { FactsAnswer } from '../catalog/index.ts';
import type { ColumnOrigin, Effect, Statement } from '../session/index.ts';
import type { StatementFacts, StatementKind } from '../sql/index.ts';

type Facts = Extract<FactsAnswer, { kind: 'facts' }>;
type Allowed = Extract<Effect, { kind: 'allow' }>;

/** `milliseconds`: the time that it has. */
export function allowed(answer: Facts, statement: Statement, milliseconds?: number): Effect {
  for (const facts of answer.statements) hint(facts, statement);
  const effect = allowing(answer);
  return milliseconds === undefined ? effect : { ...effect, milliseconds };
}

/** One object for the facts of a statement, however often it comes. */
const effects = new WeakMap<Facts, Allowed>();

function allowing(answer: Facts): Allowed {
  const known = effects.get(answer);
  if (known !== undefined) return known;
  const origins = originsOf(answer);
  const effect: Allowed = origins === undefined ? { kind: 'allow' } : { kind: 'allow', origins };
  effects.set(answer, effect);
  return effect;
}

/** What the server will say of the columns, where the facts are certain of it: rules may give other ones. */
function originsOf({ statements }: Facts): readonly ColumnOrigin[] | undefined {
  const [facts, another] = statements;
  if (facts === undefined || another !== undefined || facts.opaque.length > 0) return undefined;
  const queries: readonly StatementKind[] = ['select', 'insert', 'update', 'delete', 'merge'];
  const isReplaced = facts.relations.some(({ through }) => through.some((each) => each.startsWith('rule ')));
  if (!queries.includes(facts.kind) || isReplaced || facts.outputs.length === 0) return undefined;
  return facts.outputs.map(({ origin }) => origin);
}

/** What its functions may change of the session beside what its syntax tells. */
function hint({ opaque, functions }: StatementFacts, statement: Statement): void {
  if (opaque.length > 0) statement.mayChange('settings', 'catalog', 'names');
  else if (functions.some((called) => called.class === 'set_session')) statement.mayChange('settings');
}
