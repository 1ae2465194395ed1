// What a process keeps of what was done: its trail and recordings, for how long, and who watches sessions meanwhile.
import type { RecordingEvent } from '../../audit/index.ts';
import { PolicyEvents } from '../audit/policy-events.ts';
import { Retention } from '../audit/retention/retention.ts';
import { Trail } from '../audit/trail.ts';
import { SessionRecords } from '../recording/session-records.ts';
import { both } from '../watch/both.ts';
import { WatchedSessions } from '../watch/watched-sessions.ts';
import type { Core } from './core.ts';

export type Audit = Readonly<{
  trail: Trail;
  records: SessionRecords;
  watched: WatchedSessions;
  retention: Retention;
  policyEvents: PolicyEvents;
}>;

export async function openAudit(core: Core): Promise<Audit> {
  const { current, log, clock, index, worker, sessions } = core;
  const retention = new Retention({
    ...{ source: core.state, log, clock, index, elsewhere: worker?.retentionElsewhere },
    config: () => current.config,
    journal: () => trail.journal,
    tell: (type, members, session) => trail.noted(type, members, session),
  });
  const trail = await Trail.open({
    ...{ config: current.config, log, clock, index },
    mayDelete: () => current.config.audit.sinks.length > 0 || !retention.mayBeHeld,
    endSession: (id, fault) => sessions.endOne(id, fault),
  });
  const tell = ({ type, members, session }: RecordingEvent) => trail.note(type, members, session);
  const records = await SessionRecords.open({ config: current.config, tell, log, clock });
  const watched = new WatchedSessions();
  trail.records = {
    wants: (session, record) => records.keepsRows(session, record) || watched.isWatched(session),
    of: (about) => both(records.of(about), watched.of(about.session, about.statement)),
  };
  trail.listener = watched.listener;
  const policyEvents = new PolicyEvents((type, members) => trail.noted(type, members));
  return { trail, records, watched, retention, policyEvents };
}
