// A COMMIT whose transaction may have statements that people have to approve.
import { randomUUID } from 'node:crypto';
import { Fault } from '../../lib/index.ts';
import type { Ask, Decision } from '../../policy/index.ts';
import { allow, deny, type Effect, type Statement } from '../../session/index.ts';
import { approveCommit } from '../approval/commit/approve-commit.ts';
import { asked, tell } from './asked.ts';
import { effectOfText } from './decide.ts';
import type { SessionOptions } from './guard-options.ts';

/** What of the transaction needs approval gets it here, or the transaction is rolled back. */
export async function effectOfCommit(statement: Statement, options: SessionOptions): Promise<Effect> {
  const { text } = statement;
  const effect = text === undefined ? allow : await effectOfText(statement, text, options);
  if (effect.kind === 'deny') return effect;
  const { asker, office, tracks } = options;
  const decide = (before: Ask, approval: NonNullable<Ask['approval']>): Decision => {
    const decider = tracks.decider(asker.identity);
    if (decider === undefined) throw new Fault('no_policy');
    const { facts } = before;
    const again = asked(facts, statement, decider, options, approval);
    if (tracks.hears) tell(tracks, again, randomUUID());
    return again.decided.decision;
  };
  try {
    await approveCommit({ statement, office, decide, facts: options.facts, open: options.open });
    return effect;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    error.hint = `The transaction is rolled back. ${error.hint ?? ''}`.trim();
    return deny(error);
  }
}
