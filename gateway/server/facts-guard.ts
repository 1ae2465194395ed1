// Finds out the facts of every statement before the server sees it. Nothing decides on them yet: all is allowed.
import type { DatabaseFacts, FactsAnswer } from '../catalog/index.ts';
import type { Log } from '../lib/index.ts';
import { allow, deny, type Effect, type Guard, ServerWords, type Statement } from '../session/index.ts';
import type { StatementFacts } from '../sql/index.ts';
import { factsOf } from './facts-of-statement.ts';
import { openGuard } from './open-guard.ts';

export function factsGuard(facts: DatabaseFacts, log: Log): Guard {
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
    onSchemaChange: () => {
      facts.schemaChanged().catch((error: unknown) => log.warn({ err: error }, 'catalog not refreshed'));
    },
  };
}

function effectOf(answer: FactsAnswer, statement: Statement): Effect {
  if (answer.kind === 'error') return deny(new ServerWords(answer));
  if (answer.kind === 'unknown') statement.mayChange('settings', 'catalog', 'names');
  else for (const facts of answer.statements) hint(facts, statement);
  return allow;
}

/** What its functions may change of the session beside what its syntax tells. */
function hint({ opaque, functions }: StatementFacts, statement: Statement): void {
  if (opaque.length > 0) statement.mayChange('settings', 'catalog', 'names');
  else if (functions.some((called) => called.class === 'set_session')) statement.mayChange('settings');
}
