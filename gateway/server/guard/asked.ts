// One question to the policy about a statement, with its answer.
import type { Ask, Decided, Decider, PolicyTracks } from '../../policy/index.ts';
import type { Statement } from '../../session/index.ts';
import type { StatementFacts } from '../../sql/index.ts';
import { withPurpose } from '../approval/purpose.ts';
import type { PolicyGuardOptions } from './guard-options.ts';

export type Asked = Readonly<{
  decider: Decider;
  ask: Ask;
  decided: Decided;
  facts: StatementFacts;
  took: number | undefined;
}>;

/** Of the statements of one text. */
export type Several = readonly [Asked, ...(readonly Asked[])];

export function asked(
  facts: StatementFacts,
  statement: Statement,
  decider: Decider,
  { asker, clock, tracks }: PolicyGuardOptions,
  approval: Ask['approval'],
): Asked {
  const ask: Ask = {
    identity: asker.identity,
    session: withPurpose(asker.session(statement.transaction), approval?.reason),
    resource: asker.resource(),
    grants: asker.grants(),
    facts,
    now: clock.now(),
    ...(approval === undefined ? {} : { approval }),
  };
  // Most decisions are remembered ones, and a clock takes longer.
  if (!tracks.hears) return { decider, ask, decided: decider.policy.statement(ask), facts, took: undefined };
  const began = performance.now();
  const decided = decider.policy.statement(ask);
  return { decider, ask, decided, facts, took: Math.round((performance.now() - began) * 1e6) };
}

/** Whoever hears of decisions is told of this one. */
export function tell(tracks: PolicyTracks, { decider, ask, decided, took }: Asked, decisionId: string): void {
  const call = { decider, ask, decided, decisionId, at: ask.now, ...(took === undefined ? {} : { took }) };
  tracks.decided({ phase: 'statement', ...call });
}
