// Where no policy decides: finds out the facts of every statement before the server sees it, and lets it run.
import type { DatabaseFacts, FactsAnswer } from '../../catalog/index.ts';
import { allow, deny, type Effect, type Guard, ServerWords, type Statement } from '../../session/index.ts';
import { allowed } from './allowed.ts';
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
  if (answer.kind === 'facts') return allowed(answer, statement);
  statement.mayChange('settings', 'catalog', 'names');
  return allow;
}
