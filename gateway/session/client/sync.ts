// A Sync of the client's, which may commit what is to be decided then.
import { Verdict } from '../../wire/index.ts';
import { Expectation, Kind, plain } from '../expectation.ts';
import { substituteExecute } from '../substitution.ts';
import { WatchedAnswer } from '../watch/watched-answer.ts';
import type { ClientSide } from './client-side.ts';
import { commitWithoutText } from './held-commit.ts';
import { refuse } from './refuse.ts';

/** It commits what has run in front of it, where no transaction's block is open. */
export function visitSync(side: ClientSide): Verdict {
  const exchange = side.exchange;
  const { uncommitted } = exchange.state;
  if (uncommitted.any && !uncommitted.inBlock) {
    if (!exchange.skipping) {
      const held = side.decisions.held;
      const effect = side.decide(held, held ?? commitWithoutText(side, 'execute'));
      if (effect === undefined) return Verdict.wait;
      if (effect.kind === 'deny') refuse(side, Kind.execute, effect.fault, substituteExecute, effect);
      else if (effect.watch !== undefined) {
        const answer = { to: 'client', watched: new WatchedAnswer(effect.watch) } as const;
        uncommitted.clear();
        exchange.sent(new Expectation(Kind.sync, answer));
        return Verdict.forward;
      }
    }
    uncommitted.clear();
  }
  exchange.sent(plain.sync);
  return Verdict.forward;
}
