// `/v1/audit`: legal holds, and retention before its time; for administrators.
import type { ApiResponse } from '../../../admin/index.ts';
import { holdsInForce, liftHold, placeHold } from '../../../audit/index.ts';
import type { State } from '../../../state/index.ts';
import { type Asked, notFound, type Route } from '../../api/answer-api.ts';
import { wrong } from '../../api/api-error.ts';
import { isId, textIn } from '../../api/body.ts';
import { type Administrators, checkAdministrator } from '../../standing/administrators.ts';
import { scopeIn } from './hold-scope.ts';
import type { Retention } from './retention.ts';

export type AuditRoute = Readonly<{
  administrators: () => Administrators;
  hasState: () => Promise<boolean>;
  state: () => Promise<State>;
  retention: Pick<Retention, 'apply' | 'look'>;
}>;

const REASON_MOST = 1_000;
const here = '/v1/audit/holds, /v1/audit/holds/ID to be lifted, and /v1/audit/retention';

export const auditRoute =
  (options: AuditRoute): Route =>
  async (asked) => {
    checkAdministrator(asked, options.administrators());
    const [what, id, ...more] = asked.segments;
    if (more.length > 0) throw notFound(here);
    if (what === 'retention' && id === undefined && asked.method === 'POST')
      return { status: 200, body: await options.retention.apply(asked.body.dry_run === true) };
    if (what !== 'holds' || (id !== undefined && !isId(id))) throw notFound(here);
    if (id === undefined && asked.method === 'GET') return await list(options);
    if (id === undefined && asked.method === 'POST') return await place(asked, options);
    if (id !== undefined && asked.method === 'DELETE') return await lift(id, asked, options);
    throw wrong(405, 'holds are read with GET, placed with POST and lifted with DELETE', `There is ${here}.`);
  };

async function list({ hasState, state }: AuditRoute): Promise<ApiResponse> {
  const holds = (await hasState()) ? await holdsInForce((await state()).query) : [];
  return { status: 200, body: { holds } };
}

async function place({ body, principal }: Asked, { state, retention }: AuditRoute): Promise<ApiResponse> {
  const reason = textIn(body, 'reason', REASON_MOST);
  if (reason === undefined)
    throw wrong(400, 'reason is missing', 'Say why it is held: whoever lifts it will ask.');
  const scope = scopeIn(body);
  const hold = await placeHold((await state()).query, { scope, reason, by: principal.name });
  await retention.look();
  return { status: 201, body: hold };
}

async function lift(
  id: string,
  { principal }: Asked,
  { state, retention }: AuditRoute,
): Promise<ApiResponse> {
  const hold = await liftHold((await state()).query, id, principal.name);
  if (hold === undefined) throw wrong(404, `there is no hold ${id}`, 'List them with GET /v1/audit/holds.');
  await retention.look();
  return { status: 200, body: hold };
}
