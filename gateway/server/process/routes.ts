// What the admin side of a process answers below /v1, and by whom.
import type { ApiRequest, ApiResponse } from '../../admin/index.ts';
import type { Identity } from '../../identity/index.ts';
import { Fault } from '../../lib/index.ts';
import { AgentDesk } from '../agents/agent-desk.ts';
import { agentsRoute } from '../agents/agents-route.ts';
import { type Api, answerApi } from '../api/answer-api.ts';
import { approvalsRoute } from '../approval/approvals-route.ts';
import { mayApproveBy } from '../approval/may-approve.ts';
import { tellAdministration } from '../audit/administration.ts';
import { auditRoute } from '../audit/retention/audit-route.ts';
import { grantsRoute } from '../grants/grants-route.ts';
import { slackRoute } from '../notification/slack-route.ts';
import { askingEverywhere } from '../sessions/everywhere.ts';
import { sessionsRoute } from '../sessions/sessions-route.ts';
import { revocationsRoute } from '../standing/revocations-route.ts';
import type { Parts } from './parts.ts';

export function adminApi(parts: Parts, identity: Identity): (request: ApiRequest) => Promise<ApiResponse> {
  const { standing } = parts.offices;
  const { trail } = parts.audit;
  const mayApprove = mayApproveIn(parts);
  const api: Api = {
    verifyToken: (token) => identity.verifyToken(token),
    identityOf: (principal) => standing.identityOf(principal),
    routes: routesOf(parts, mayApprove),
    signed: { '/v1/slack/interactions': slackOf(parts, mayApprove) },
    record: {
      check: () => trail.check(),
      heard: (route, asked, response) => tellAdministration(trail, route, asked, response),
    },
  };
  return (request) => answerApi(request, api);
}

type MayApprove = () => ReturnType<typeof mayApproveBy>;

/** By the policy as it stands then. */
const mayApproveIn =
  ({ core, policies }: Parts): MayApprove =>
  () => {
    const { tracks } = policies;
    if (tracks === undefined) throw new Fault('no_policy');
    return mayApproveBy(tracks, core.clock);
  };

function routesOf(parts: Parts, mayApprove: MayApprove): Api['routes'] {
  const { core, audit, offices, resources } = parts;
  const { current, log, worker, state } = core;
  const { approvals, grants, standing, sessionsHere, sessionsElsewhere } = offices;
  const administration = {
    administrators: () => current.config.admin?.administrators ?? [],
    hasState: () => state.isNeeded(),
    state: () => state.open(),
    refresh: () => standing.refresh(),
    log,
  };
  const desk = new AgentDesk({ ...administration, whyNot: (name) => standing.whyNot(name) });
  const everywhere = askingEverywhere({
    here: sessionsHere,
    workers: worker?.sessionsElsewhere,
    gateways: (question) => sessionsElsewhere.ask(question),
  });
  return {
    audit: auditRoute({ ...administration, retention: audit.retention }),
    approvals: approvalsRoute({ approvals: () => approvals.approvals(), mayApprove, log }),
    revocations: revocationsRoute(administration),
    grants: grantsRoute({
      office: grants,
      resource: (name) => resources.get(name)?.input,
      administrators: administration.administrators,
    }),
    agents: agentsRoute({ ...administration, desk }),
    sessions: sessionsRoute({
      ...{ ...administration, everywhere },
      watching: {
        ofThisGateway: async (question) => [
          ...sessionsHere(question),
          ...((await worker?.sessionsElsewhere(question)) ?? []),
        ],
        tell: (type, members, session) => audit.trail.note(type, members, session),
      },
    }),
  };
}

/** Slack signs what it sends: who answers there is found out by its signature, and not by a token. */
function slackOf({ core, offices }: Parts, mayApprove: MayApprove) {
  const { current, clock, log, state } = core;
  const { approvals, people, standing } = offices;
  return slackRoute({
    config: () => current.config.approvals,
    approvals: () => approvals.approvals(),
    state: () => state.open(),
    ...{ mayApprove, people, clock, log },
    identityOf: (principal) => standing.checkedIdentityOf(principal),
  });
}
