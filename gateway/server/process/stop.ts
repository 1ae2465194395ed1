// How a process ends: at once, or after its sessions had time to finish what is under way.
import type { Server } from 'node:net';
import type { Identity } from '../../identity/index.ts';
import { Fault } from '../../lib/index.ts';
import type { Parts } from './parts.ts';

/** For sessions to take leave of their clients. */
const FAREWELL_MS = 5_000;

type Stoppable = Parts & Readonly<{ identity: Identity; server: Server; ticking: NodeJS.Timeout }>;

export async function drain(running: Stoppable): Promise<void> {
  const { current, log, sessions } = running.core;
  const { drain_seconds: seconds } = current.config.limits;
  log.info({ sessions: sessions.size, seconds }, 'draining');
  running.server.close();
  sessions.drain();
  await sessions.haveEnded(seconds * 1000);
  await close(running);
}

export async function close(running: Stoppable): Promise<void> {
  const { core, audit, policies, offices, resources, sharedBudgets, certificate, identity } = running;
  clearInterval(running.ticking);
  running.server.close();
  certificate.close();
  core.sessions.end(new Fault('shutting_down'));
  await core.sessions.haveEnded(FAREWELL_MS);
  resources.close();
  offices.standing.close();
  offices.grants.close();
  offices.sessionsElsewhere.close();
  await offices.notifications.close();
  await offices.approvals.close();
  await sharedBudgets?.close();
  await core.state.close();
  await policies.close();
  await identity.close();
  core.load.close();
  audit.records.close();
  await audit.retention.close();
  // Last, so that it has what happened until now.
  await audit.trail.close();
}
