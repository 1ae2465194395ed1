// Asks the policy whether a principal may log in to a resource, and as what.
import { randomUUID } from 'node:crypto';
import { type Clock, Fault, type Log } from '../lib/index.ts';
import type { PolicyTracks } from '../policy/index.ts';
import type { Asker } from './asker.ts';
import { clause } from './guard/verdict.ts';
import type { Level } from './recording/level.ts';

/** What a login was given. */
export type Admitted = Readonly<{
  credential: string | undefined;
  settings: Readonly<Record<string, string>>;
  /** The time that the session has. */
  seconds: number | undefined;
  /** How many sessions the principal may have at a time. */
  sessions: number | undefined;
  /** How much of it is recorded; undefined: nothing is said of it. */
  record: Level | undefined;
  /** Of the event: what was decided. */
  members: Readonly<Record<string, unknown>>;
}>;

/** These say who the session is, or how its SQL is read. */
const reserved: ReadonlySet<string> = new Set([
  'user',
  'database',
  'replication',
  'options',
  'client_encoding',
  'standard_conforming_strings',
]);

export function decideLogin(
  { identity, session, resource, grants }: Omit<Asker, 'fixed'>,
  { tracks, clock, log }: Readonly<{ tracks: PolicyTracks; clock: Clock; log: Log }>,
): Admitted {
  const decider = tracks.decider(identity);
  if (decider === undefined) throw new Fault('no_policy');
  const at = clock.now();
  const ask = { identity, session: session('idle'), resource: resource(), grants: grants(), now: at };
  const decided = decider.policy.connect(ask);
  const decisionId = randomUUID();
  tracks.decided({ phase: 'connect', decider, ask, decided, decisionId, at });
  const { decision } = decided;
  if (decision.effect === 'deny') {
    const { rule, reason, hint } = decision;
    log.warn({ decision_id: decisionId, rule, revision: decided.revision }, 'login denied');
    throw refusal(rule, reason ?? 'the policy does not allow this', hint, decisionId);
  }
  const { credential, settings = {}, limits = {} } = decision;
  for (const name of Object.keys(settings)) {
    if (!reserved.has(name.toLowerCase())) continue;
    log.error({ decision_id: decisionId, rule: decision.rule, setting: name }, 'login denied');
    throw refusal(decision.rule, 'it sets what only the gateway may set', undefined, decisionId);
  }
  return {
    credential,
    settings,
    seconds: limits.max_session_seconds,
    sessions: limits.max_sessions,
    record: decision.record,
    members: { decision, decision_id: decisionId, revision: decided.revision },
  };
}

function refusal(rule: string, reason: string, hint: string | undefined, decisionId: string): Fault {
  const fault = new Fault('login_denied', { rule, reason: clause(reason) });
  fault.hint = hint;
  fault.detail = `decision ${decisionId}`;
  return fault;
}
