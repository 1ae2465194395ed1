// Asks the policy about every statement before the server sees it, and turns its decision into what the session does.
import { Fault } from '../../lib/index.ts';
import type { Ask } from '../../policy/index.ts';
import { deny, type Effect, type Guard, ServerWords, type Statement } from '../../session/index.ts';
import { Spender } from '../budgets/spender.ts';
import { effectOfCommit } from './commit.ts';
import { effectOf, effectOfText } from './decide.ts';
import type { PolicyGuardOptions, SessionOptions } from './guard-options.ts';
import { openGuard } from './open-guard.ts';

export function policyGuard(given: PolicyGuardOptions): Guard {
  const { tracks, facts, asker } = given;
  const spender = new Spender(given);
  const options: SessionOptions = { ...given, spender, decideAgain: effectOf };
  const paired = pairing();
  return {
    pinned: openGuard.pinned,
    filters: true,
    standing: () => paired(spender.standing(tracks.decider(asker.identity)), asker.grants()),
    onSchemaChange: () => facts.schemaChanged(),
    decide: (statement) => {
      if (statement.commits !== undefined) return effectOfCommit(statement, options);
      if (statement.text === undefined) return withoutText(statement);
      return effectOfText(statement, statement.text, options);
    },
  };
}

/** What open portals stand on beside `of`: what is granted. The same object for as long as both are the same. */
function pairing(): (of: unknown, grants: Ask['grants']) => unknown {
  let last: Readonly<{ of: unknown; grants: Ask['grants'] }> | undefined;
  return (of, grants) => {
    if (grants === undefined) return of;
    if (last === undefined || last.of !== of || last.grants !== grants) last = { of, grants };
    return last;
  };
}

/** Nothing can be said of what has no text, and the server's own words for a name that it doesn't know are better. */
function withoutText({ path }: Statement): Effect {
  const missing = (sqlstate: string, what: string): Effect =>
    deny(
      new ServerWords({ sqlstate, message: `${what} does not exist`, detail: undefined, hint: undefined }),
    );
  if (path === 'function_call') return deny(new Fault('function_call_refused'));
  return path === 'bind' ? missing('26000', 'prepared statement') : missing('34000', 'portal');
}
