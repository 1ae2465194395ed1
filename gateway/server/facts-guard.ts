// Finds out the facts of every statement before the server sees it. Nothing decides on them yet: all is allowed.
import type { DatabaseFacts, FactsAnswer } from '../catalog/index.ts';
import {
  allow,
  type ColumnOrigin,
  deny,
  type Effect,
  type Guard,
  ServerWords,
  type Statement,
} from '../session/index.ts';
import type { StatementFacts, StatementKind } from '../sql/index.ts';
import { factsOf } from './facts-of-statement.ts';
import { openGuard } from './open-guard.ts';

export function factsGuard(facts: DatabaseFacts): Guard {
  return {
    pinned: openGuard.pinned,
    decide: (statement) => {
      // Without SQL there are no facts.
      if (statement.text === undefined) return openGuard.decide(statement);
      const answer = factsOf(statement, statement.text, facts);
      return answer instanceof Promise
        ? answer.then((late) => effectOf(late, statement))
        : effectOf(answer, statement);
    },
    onSchemaChange: () => facts.schemaChanged(),
  };
}

function effectOf(answer: FactsAnswer, statement: Statement): Effect {
  if (answer.kind === 'error') return deny(new ServerWords(answer));
  if (answer.kind === 'unknown') statement.mayChange('settings', 'catalog', 'names');
  else for (const facts of answer.statements) hint(facts, statement);
  return answer.kind === 'facts' ? allowing(answer) : allow;
}

type Facts = Extract<FactsAnswer, { kind: 'facts' }>;

/** One object for the facts of a statement, however often it comes. */
const effects = new WeakMap<Facts, Effect>();

function allowing(answer: Facts): Effect {
  const known = effects.get(answer);
  if (known !== undefined) return known;
  const origins = originsOf(answer);
  const effect: Effect = origins === undefined ? allow : { kind: 'allow', origins };
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
