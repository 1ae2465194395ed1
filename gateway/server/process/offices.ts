// What a process knows of people beyond their sessions, and mostly shares with other processes through the state database:
// requests for approval, grants, who is withdrawn, who is to be told.
import { linkTo, Notifications } from '../../notification/index.ts';
import { ApprovalOffice } from '../approval/approval-office.ts';
import { GrantOffice } from '../grants/grant-office.ts';
import { KnownPeople } from '../people/known-people.ts';
import type { Policies } from '../policies.ts';
import { SessionsElsewhere } from '../sessions/sessions-elsewhere.ts';
import { type SessionsHere, sessionsHere } from '../sessions/sessions-here.ts';
import { whereaboutsOf } from '../sessions/whereabouts.ts';
import { SingleUse } from '../standing/single-use.ts';
import { Standing } from '../standing/standing.ts';
import type { Audit } from './audit.ts';
import type { Core } from './core.ts';

export type Offices = Readonly<{
  approvals: ApprovalOffice;
  grants: GrantOffice;
  standing: Standing;
  singleUse: SingleUse;
  people: KnownPeople;
  notifications: Notifications;
  sessionsHere: SessionsHere;
  sessionsElsewhere: SessionsElsewhere;
}>;

export function officesOf(core: Core, { trail, records }: Audit, policies: Policies): Offices {
  const { current, log, clock, sessions, state: source } = core;
  const notifications = new Notifications({ log });
  const people = new KnownPeople({ config: () => current.config.approvals, log });
  const here = sessionsHere({
    ...{ sessions: () => sessions, log },
    waits: (sessionId) => approvals.waits(sessionId),
    isRecorded: (sessionId) => records.isRecorded(sessionId),
  });
  const whereabouts = () => whereaboutsOf(current.config);
  const sessionsElsewhere = new SessionsElsewhere({ here, whereabouts, log });
  const isShared = current.config.state.url !== undefined;
  const approvals = new ApprovalOffice({
    ...{ source, log, trail },
    remindMilliseconds: () => current.config.approvals.remind_seconds * 1000,
    onOpened: async (state, processId, requests) => {
      people.start(state);
      if (isShared) sessionsElsewhere.start(state, processId);
      await notifications.start({ state, processId, read: (id) => requests.get(id) });
    },
    link: (id) => linkTo(id, current.config.approvals.link),
  });
  return {
    ...{ approvals, people, notifications, sessionsHere: here, sessionsElsewhere },
    grants: new GrantOffice({
      ...{ source, log, clock, sessions: () => sessions },
      tracks: () => policies.tracks,
      beforeRequests: () => approvals.approvals(),
    }),
    standing: new Standing({
      ...{ source, log, clock, sessions: () => sessions },
      config: () => current.config.state,
    }),
    singleUse: new SingleUse({
      config: () => current.config.identity,
      state: () => source.open(),
      log,
    }),
  };
}
