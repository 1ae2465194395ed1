// Asks the policy whether somebody is granted access for a time.
import { randomUUID } from 'node:crypto';
import type { Wish } from '../../grants/index.ts';
import { type Clock, Fault } from '../../lib/index.ts';
import type { AccessAsk, AccessDecision, PolicyTracks } from '../../policy/index.ts';
import { clause } from '../guard/verdict.ts';

export type Granted = Exclude<AccessDecision, { effect: 'deny' }>;
export type Question = Omit<AccessAsk, 'now' | 'grants'>;

/** Throws where the policy doesn't grant it. */
export function decideAccess(
  question: Question,
  { tracks, clock }: Readonly<{ tracks: PolicyTracks; clock: Clock }>,
): Readonly<{ decision: Granted; wish: Wish }> {
  const { identity, session, resource, access } = question;
  const decider = tracks.decider(identity);
  if (decider === undefined) throw new Fault('no_policy');
  const at = clock.now();
  const ask: AccessAsk = { ...question, now: at };
  const decided = decider.policy.access(ask);
  const decisionId = randomUUID();
  tracks.decided({ phase: 'access', decider, ask, decided, decisionId, at });
  const { decision, revision } = decided;
  if (decision.effect === 'deny') throw refusal(decision, decisionId);
  const { rights, seconds, reason } = access;
  const { rule, eligible } = decision;
  const wish = {
    ...{ resource: resource.name, identity, rights, seconds, reason, eligible, rule, revision, decisionId },
    ...{ session, resourceInput: resource },
  };
  return { decision, wish };
}

function refusal({ rule, reason, hint }: Extract<AccessDecision, { effect: 'deny' }>, id: string): Fault {
  const fault = new Fault('grant_refused', {
    rule,
    reason: clause(reason ?? 'the policy does not allow this'),
  });
  fault.hint = hint;
  fault.detail = `decision ${id}`;
  return fault;
}
