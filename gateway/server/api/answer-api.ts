// The API of the admin side: says who asks, by the token, and hands the question to whoever answers it.
import type { ApiRequest, ApiResponse } from '../../admin/index.ts';
import { LoginRefused, type Principal } from '../../identity/index.ts';
import { Fault, type FaultCode } from '../../lib/index.ts';
import type { Asker } from '../asker.ts';
import { changesSomething } from '../audit/administration.ts';
import { ApiError, wrong } from './api-error.ts';

/** A question that a route answers. */
export type Asked = Readonly<{
  method: string;
  /** What follows the name of the route. */
  segments: readonly string[];
  query: URLSearchParams;
  /** Of a question without a body, an empty object. */
  body: Readonly<Record<string, unknown>>;
  principal: Principal;
  identity: Asker['identity'];
}>;

export type Route = (asked: Asked) => Promise<ApiResponse>;

export type Api = Readonly<{
  /** Of what changes something: `check` throws why it must not be, `heard` is told what became of it. */
  record?: Readonly<{
    check: () => void;
    heard: (route: string, asked: Asked, response: ApiResponse) => void;
  }>;
  verifyToken: (token: string) => Promise<Principal>;
  /** What policies are told of somebody. */
  identityOf: (principal: Principal) => Asker['identity'];
  /** By the first word behind `/v1/`. */
  routes: Readonly<Record<string, Route>>;
  /** By the whole path: those that find out themselves who asks. */
  signed?: Readonly<Record<string, (request: ApiRequest) => Promise<ApiResponse>>>;
}>;

export async function answerApi(
  request: ApiRequest,
  { verifyToken, identityOf, routes, signed = {}, record }: Api,
): Promise<ApiResponse> {
  try {
    const { pathname, searchParams } = new URL(request.path, 'http://gateway');
    const own = Object.hasOwn(signed, pathname) ? signed[pathname] : undefined;
    if (own !== undefined) return await own(request);
    const principal = await principalFrom(request.authorization, verifyToken);
    const [, , name = '', ...segments] = pathname.replace(/\/$/, '').split('/');
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (route === undefined) throw notFound(`/v1/${Object.keys(routes).join(', /v1/')}`);
    const body = bodyOf(request.body);
    const asked: Asked = {
      ...{ method: request.method, segments, query: searchParams, body },
      ...{ principal, identity: identityOf(principal) },
    };
    if (record === undefined || !changesSomething(asked)) return await route(asked);
    record.check();
    const response = await route(asked).catch(refusalOf);
    record.heard(name, asked, response);
    return response;
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): ApiResponse {
  if (error instanceof ApiError) return error.response;
  if (error instanceof Fault) return refusal(error);
  throw error;
}

/** `what`: there is instead. */
export const notFound = (what: string): ApiError =>
  wrong(404, 'there is nothing at this path', `There is ${what}.`);

async function principalFrom(
  authorization: string | undefined,
  verifyToken: Api['verifyToken'],
): Promise<Principal> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined)
    throw wrong(401, 'there is no token', 'Send it as "Authorization: Bearer …"; portcullis login gets one.');
  try {
    return await verifyToken(token);
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    throw wrong(401, 'the token is not accepted', 'Log in again: portcullis login.');
  }
}

function bodyOf(text: string): Asked['body'] {
  if (text === '') return {};
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Asked['body'];
  throw wrong(400, 'the body is not a JSON object', 'Send one, or nothing.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const statusOf: Partial<Readonly<Record<FaultCode, number>>> = {
  approval_unknown: 404,
  grant_unknown: 404,
  grant_over: 409,
  revocation_unknown: 404,
  agent_unknown: 404,
  agent_key_unknown: 404,
  agent_exists: 409,
  agents_changed: 409,
  session_unknown: 404,
  approval_settled: 409,
  approval_twice: 409,
  state_unavailable: 503,
  standing_unknown: 503,
  no_policy: 503,
  shutting_down: 503,
};

function refusal(fault: Fault): ApiResponse {
  const { code, message, hint } = fault;
  const error = { code, message, ...(hint === undefined ? {} : { hint }) };
  return { status: statusOf[code] ?? 403, body: { error } };
}
