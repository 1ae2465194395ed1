// `/v1/grants`: access for a time that is asked for, looked at, extended and revoked.
import type { ApiResponse } from '../../admin/index.ts';
import { type Grant, parseDuration, rightsIn } from '../../grants/index.ts';
import { Fault } from '../../lib/index.ts';
import { type Asked, notFound, type Route } from '../api/answer-api.ts';
import { wrong } from '../api/api-error.ts';
import { isId, textIn } from '../api/body.ts';
import type { ResourceInput } from '../asker.ts';
import { type Administrators, isAdministrator } from '../standing/administrators.ts';
import type { Question } from './decide-access.ts';
import { grantDocument } from './grant-document.ts';
import type { GrantOffice } from './grant-office.ts';

export type GrantsRoute = Readonly<{
  office: GrantOffice;
  /** As policies read it; undefined where there is none of this name. */
  resource: (name: string) => ResourceInput | undefined;
  administrators: () => Administrators;
}>;

/** More are seldom looked at. */
const LIST_MOST = 200;
const REASON_MOST = 1_000;
const RESOURCE_MOST = 63;

/** GET and POST, GET of `ID`, POST to `ID/extend` and `ID/revoke`. */
export const grantsRoute =
  (options: GrantsRoute): Route =>
  async (asked) => {
    const [id, verb, ...more] = asked.segments;
    const { method } = asked;
    if (more.length > 0 || (id !== undefined && !isId(id))) throw notFound(here);
    if (id === undefined && method === 'GET') return await list(asked, options);
    if (id === undefined && method === 'POST') return await request(asked, options);
    if (id !== undefined && verb === undefined && method === 'GET')
      return answer(await visible(id, asked, options));
    if (id !== undefined && verb === 'extend' && method === 'POST') return await extend(id, asked, options);
    if (id !== undefined && verb === 'revoke' && method === 'POST') return await revoke(id, asked, options);
    if (verb !== undefined && verb !== 'extend' && verb !== 'revoke') throw notFound(here);
    throw wrong(405, 'grants are read with GET, and all else is sent with POST', `There is ${here}.`);
  };

const here = '/v1/grants, and /v1/grants/ID with extend and revoke below it';

const answer = (grant: Grant, status = 200): ApiResponse => ({ status, body: grantDocument(grant) });

async function list(asked: Asked, { office, administrators }: GrantsRoute): Promise<ApiResponse> {
  if (!(await office.hasState())) return { status: 200, body: { grants: [] } };
  const grants = await office.grants();
  const all = asked.query.get('of') === 'all';
  if (all && !isAdministrator(asked, administrators())) throw new Fault('not_administrator');
  const found = await grants.list({ most: LIST_MOST });
  const own = await grants.list({ principal: asked.principal.name, most: LIST_MOST });
  const others = found.filter((grant) => all || (!isOwn(grant, asked) && mayAnswer(grant, asked)));
  const seen = all ? others : [...own.filter((grant) => isOwn(grant, asked)), ...others];
  return { status: 200, body: { grants: seen.map(grantDocument) } };
}

async function request(asked: Asked, { office, resource: find }: GrantsRoute): Promise<ApiResponse> {
  const { body, identity } = asked;
  const name = textIn(body, 'resource', RESOURCE_MOST);
  if (name === undefined) throw wrong(400, 'resource is missing', 'Name the database that you connect to.');
  const resource = find(name);
  if (resource === undefined) throw new Fault('unknown_resource', { name });
  const rights = rightsIn(body.rights);
  if ('problem' in rights) throw wrong(400, rights.problem as string, rights.hint as string);
  const access = { rights, seconds: secondsIn(body), reason: reasonIn(body) };
  return answer(await office.request({ identity, session, resource, access }), 201);
}

async function extend(id: string, asked: Asked, options: GrantsRoute): Promise<ApiResponse> {
  const grant = await visible(id, asked, options);
  if (!isOwn(grant, asked)) throw new Fault('grant_not_yours');
  const resource = options.resource(grant.resource);
  if (resource === undefined) throw new Fault('unknown_resource', { name: grant.resource });
  const question = { identity: asked.identity, session, resource };
  const [more, reason] = [secondsIn(asked.body), reasonIn(asked.body)];
  return answer(await options.office.extend(grant, question, more, reason));
}

async function revoke(id: string, asked: Asked, { office, ...options }: GrantsRoute): Promise<ApiResponse> {
  await visible(id, asked, { office, ...options });
  return answer(await office.revoke(id, asked.principal.name, textIn(asked.body, 'words', REASON_MOST)));
}

/** Whoever has nothing to do with it doesn't learn that it is there. */
async function visible(id: string, asked: Asked, { office, administrators }: GrantsRoute): Promise<Grant> {
  const grant = (await office.hasState()) ? await (await office.grants()).get(id) : undefined;
  const maySee =
    grant !== undefined &&
    (isOwn(grant, asked) || mayAnswer(grant, asked) || isAdministrator(asked, administrators()));
  if (!maySee) throw new Fault('grant_unknown', { id });
  return grant;
}

/** A program that acts for somebody is somebody else. */
const isOwn = ({ identity }: Grant, { identity: asker }: Pick<Asked, 'identity'>): boolean =>
  identity.principal === asker.principal && JSON.stringify(identity.actor) === JSON.stringify(asker.actor);

function mayAnswer({ approvers = [], extension }: Grant, { identity }: Pick<Asked, 'identity'>): boolean {
  const named = [...approvers, ...(extension?.approvers ?? [])];
  const { principal, groups, kind, actor } = identity;
  if (kind === 'agent' || actor !== undefined) return false;
  return named.includes(`principal:${principal}`) || groups.some((group) => named.includes(`group:${group}`));
}

/** What is asked over HTTP comes from no session of the database. */
const session: Question['session'] = Object.freeze({
  ...{ id: 'api', client_addr: '', tls: true, application_name: '', transaction: 'idle' as const },
});

function secondsIn({ seconds, for: time }: Asked['body']): number {
  const found = typeof time === 'string' ? parseDuration(time) : seconds;
  if (typeof found === 'number' && Number.isInteger(found) && found > 0 && found < 2 ** 31) return found;
  throw wrong(
    400,
    'it does not say for how long',
    'Write for as "2h" or "30 minutes", or seconds as a number.',
  );
}

function reasonIn(body: Asked['body']): string {
  const reason = textIn(body, 'reason', REASON_MOST)?.trim();
  if (reason !== undefined && reason !== '') return reason;
  throw wrong(400, 'reason is missing', 'Say what you need it for; whoever approves it reads that.');
}
