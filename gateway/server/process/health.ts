// How a process is: whether it takes clients and why not, and what it has counted.
import type { Health, ProcessMetrics } from '../../admin/index.ts';
import { logLines, version } from '../../lib/index.ts';
import { standingFamilies } from '../metrics/standing.ts';
import type { Parts } from './parts.ts';

export function healthOf(parts: Parts): Health {
  const { core, audit, offices, resources, maskKeys } = parts;
  const reason = whyNotReady(parts);
  return {
    ready: reason === undefined,
    reason,
    sessions: core.sessions.size,
    policy: policyOf(parts),
    resources: Array.from(resources, ({ name, catalogVersion, standing }) => ({
      ...{ name, catalog: catalogVersion, unlabelled: standing.unlabelled },
    })),
    mask_keys: maskKeys.health,
    state: core.state.health,
    notifications: offices.notifications.health,
    audit: audit.trail.health,
  };
}

export function metricsOf(parts: Parts): ProcessMetrics {
  const { core, audit, offices, resources } = parts;
  const standing = {
    version,
    ready: whyNotReady(parts) === undefined,
    sessions: core.sessions.size,
    policy: policyOf(parts),
    resources: Array.from(resources, (resource) => resource.standing),
    state: core.state.health,
    held: offices.approvals.waiting,
    now: core.clock.now(),
  };
  const families = [
    ...standingFamilies(standing),
    ...core.metrics.families(),
    ...offices.notifications.families(),
    ...audit.trail.families(),
    logLines(),
    ...core.load.families(),
  ];
  return { process: String(core.index), families };
}

const policyOf = ({ policies }: Parts) => policies.tracks?.status() ?? ('open' as const);

function whyNotReady(parts: Parts): string | undefined {
  const { core, audit, offices } = parts;
  if (core.sessions.isDraining) return 'the gateway is shutting down';
  if (offices.standing.isAway)
    return 'the state database cannot be reached, which says whose access was withdrawn';
  const policy = policyOf(parts);
  return audit.trail.problem ?? (policy === 'open' ? undefined : policy.reason);
}
