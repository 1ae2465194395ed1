// Asks the policy whether somebody's answer to a request counts.
import { randomUUID } from 'node:crypto';
import type { MayApprove } from '../../approval/index.ts';
import { type Clock, Fault } from '../../lib/index.ts';
import type { PolicyTracks } from '../../policy/index.ts';

export const mayApproveBy =
  (tracks: PolicyTracks, clock: Clock): MayApprove =>
  ({ approver, approval, session, resource, facts, access }) => {
    const decider = tracks.decider(approver);
    if (decider === undefined) throw new Fault('no_policy');
    const at = clock.now();
    const ask = { identity: approver, approval, session, resource, facts, access, now: at };
    const decided = decider.policy.approve(ask);
    const decisionId = randomUUID();
    tracks.decided({ phase: 'approve', decider, ask, decided, decisionId, at });
    return { ...decided.decision, decisionId };
  };
