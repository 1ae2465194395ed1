// An agent as administrators and its owner see it: what it is registered with, whether it has access, and its keys.
import type { Agent, AgentKey } from '../../agent/index.ts';
import type { Withdrawal } from '../standing/known.ts';

export function agentDocument(
  agent: Agent,
  keys: readonly AgentKey[],
  whyNot: (name: string) => Withdrawal | undefined,
): object {
  const { registration, suspended } = agent;
  const refusal = whyNot(registration.name)?.refusal;
  return {
    ...registration,
    access: refusal === undefined ? 'yes' : 'no',
    ...(refusal === undefined ? {} : { no_access_because: refusal.message }),
    ...(suspended === undefined ? {} : { suspended: { by: suspended.by, reason: suspended.because } }),
    keys: keys.filter((key) => key.agent.id === agent.id).map(keyDocument),
  };
}

/** Never its verifier. */
const keyDocument = ({ id, createdBy, createdAt, expiresAt, revokedBy }: AgentKey): object => ({
  ...{ id, created_by: createdBy, created_at: time(createdAt) },
  ...(expiresAt === undefined ? {} : { until: time(expiresAt) }),
  ...(revokedBy === undefined ? {} : { revoked_by: revokedBy }),
});

const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
