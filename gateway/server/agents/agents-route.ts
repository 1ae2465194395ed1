// `/v1/agents`: registering agents, suspending them and their keys; for administrators, and in part for owners.
import type { ApiResponse } from '../../admin/index.ts';
import { Fault } from '../../lib/index.ts';
import { type Asked, notFound, type Route } from '../api/answer-api.ts';
import { wrong } from '../api/api-error.ts';
import { textIn, timeIn } from '../api/body.ts';
import { type Administrators, isAdministrator } from '../standing/administrators.ts';
import type { AgentDesk } from './agent-desk.ts';

export type AgentsRoute = Readonly<{ administrators: () => Administrators; desk: AgentDesk }>;

const REASON_MOST = 1_000;
const here = '/v1/agents, /v1/agents/NAME, and below that suspend, resume, keys and keys/ID';

/** `PUT /v1/agents` takes a whole file; all others are about one agent. */
export const agentsRoute =
  ({ administrators, desk }: AgentsRoute): Route =>
  async (asked) => {
    const { method, principal, body } = asked;
    const isAdmin = isAdministrator(asked, administrators());
    const asAdmin = (): string => {
      if (!isAdmin) throw new Fault('not_administrator');
      return principal.name;
    };
    const [segment, verb, keyId, ...more] = asked.segments;
    if (segment === undefined) {
      if (method === 'GET') {
        const owner = ownerIn(asked);
        return answered({ agents: await desk.list((agent) => isAdmin || agent.owner === owner) });
      }
      if (method === 'POST') return answered(await desk.create(body, asAdmin()), 201);
      if (method === 'PUT') return answered(await desk.apply(orderIn(body), asAdmin()));
      throw notSo();
    }
    const name = nameIn(segment);
    const asOwner = async (): Promise<string> => {
      if (!isAdmin) await desk.checkOwner(name, ownerIn(asked));
      return principal.name;
    };
    const doing = `${method} ${[verb, ...(keyId === undefined ? [] : ['ID']), ...more].filter(Boolean).join('/')}`;
    switch (doing) {
      case 'GET ':
        await asOwner();
        return answered(await desk.show(name));
      case 'DELETE ':
        return answered(await desk.remove(name, asAdmin()));
      case 'POST suspend':
        return answered(await desk.suspend(name, await asOwner(), textIn(body, 'reason', REASON_MOST)));
      case 'POST resume':
        return answered(await desk.resume(name, asAdmin()));
      case 'POST keys':
        return answered(await desk.addKey(name, { by: asAdmin(), until: timeIn(body, 'until') }), 201);
      case 'DELETE keys/ID':
        return answered(await desk.revokeKey(name, keyId ?? '', await asOwner()));
      default:
        throw notSo();
    }
  };

const answered = (body: object, status = 200): ApiResponse => ({ status, body });
const notSo = (): Error => notFound(here);

/** Somebody in their own name; agents own nothing here. */
function ownerIn({ identity: { principal, kind, actor } }: Asked): string | undefined {
  return kind === 'agent' || actor !== undefined ? undefined : principal;
}

function nameIn(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw notSo();
  }
}

function orderIn({
  agents,
  prune,
  dry_run: dryRun,
  digest,
}: Asked['body']): Parameters<AgentDesk['apply']>[0] {
  if (
    (prune !== undefined && typeof prune !== 'boolean') ||
    (dryRun !== undefined && typeof dryRun !== 'boolean')
  )
    throw wrong(400, 'prune and dry_run are true or false', 'Leave them out for false.');
  return { agents, prune: prune === true, dryRun: dryRun === true, digest };
}
