// What a process looks at once a second: above all at what ends sessions, such as expiry, revocation and idleness.
import type { Parts } from './parts.ts';

const TICK_MS = 1_000;

export function startTicking({ core, audit, policies, offices, maskKeys }: Parts): NodeJS.Timeout {
  return setInterval(() => {
    const now = core.clock.now();
    offices.standing.tick();
    offices.grants.tick();
    for (const session of core.sessions) session.tick(now);
    void maskKeys.look();
    const { tracks } = policies;
    if (tracks !== undefined) audit.policyEvents.look(tracks.status());
    core.load.tick();
  }, TICK_MS);
}
