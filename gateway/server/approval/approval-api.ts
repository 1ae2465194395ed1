// What approvers are answered over HTTP: the requests that they may see, and what came of their answers.
import type { ApiRequest, ApiResponse } from '../../admin/index.ts';
import type { Approvals, MayApprove, Request, RequestStatus } from '../../approval/index.ts';
import { LoginRefused, type Principal } from '../../identity/index.ts';
import { Fault, type FaultCode } from '../../lib/index.ts';
import { identityOf } from '../asker.ts';
import { requestDocument } from './request-document.ts';

export type ApprovalApi = Readonly<{
  verifyToken: (token: string) => Promise<Principal>;
  approvals: () => Promise<Approvals>;
  mayApprove: () => MayApprove;
}>;

type Identity = Request['identity'];

/** More are seldom looked at. */
const LIST_MOST = 200;
/** Of what an approver says; it is shown to whoever asked. */
const WORDS_MOST = 1_000;

/** `/v1/approvals`, `/v1/approvals/ID`, and POST to `/v1/approvals/ID/approve` or `/deny`. */
export async function answerApi(request: ApiRequest, api: ApprovalApi): Promise<ApiResponse> {
  try {
    const identity = await identityFrom(request.authorization, api);
    const url = new URL(request.path, 'http://gateway');
    const [, version, room, id, verb, ...more] = url.pathname.split('/');
    if (version !== 'v1' || room !== 'approvals' || more.length > 0) return notFound;
    const approvals = await api.approvals();
    if (id === undefined || id === '')
      return request.method === 'GET' ? await list(url, identity, approvals) : notAllowed;
    if (!isId(id)) return notFound;
    if (verb === undefined)
      return request.method === 'GET' ? await show(id, identity, approvals) : notAllowed;
    if (verb !== 'approve' && verb !== 'deny') return notFound;
    if (request.method !== 'POST') return notAllowed;
    const answer = { approves: verb === 'approve', words: wordsOf(request.body) };
    const answered = await approvals.answer(id, identity, answer, api.mayApprove());
    return { status: 200, body: requestDocument(answered) };
  } catch (error) {
    if (error instanceof ApiError) return error.response;
    if (error instanceof Fault) return refusal(error);
    throw error;
  }
}

async function identityFrom(
  authorization: string | undefined,
  { verifyToken }: ApprovalApi,
): Promise<Identity> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined)
    throw new ApiError(
      401,
      'there is no token',
      'Send it as "Authorization: Bearer …"; portcullis login gets one.',
    );
  try {
    return identityOf(await verifyToken(token));
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    throw new ApiError(401, 'the token is not accepted', 'Log in again: portcullis login.');
  }
}

async function list(url: URL, identity: Identity, approvals: Approvals): Promise<ApiResponse> {
  const asked = url.searchParams.get('status') ?? 'pending';
  const status = statuses.find((known) => known === asked);
  if (status === undefined && asked !== 'all')
    throw new ApiError(
      400,
      `there is no status "${asked.slice(0, 40)}"`,
      `It is all, or one of ${statuses.join(', ')}.`,
    );
  const resource = url.searchParams.get('resource') ?? undefined;
  const found = await approvals.list({ status, resource, most: LIST_MOST });
  const visible = found.filter((request) => maySee(identity, request));
  return { status: 200, body: { approvals: visible.map(requestDocument) } };
}

async function show(id: string, identity: Identity, approvals: Approvals): Promise<ApiResponse> {
  const request = await approvals.get(id);
  // Whoever has nothing to do with it doesn't learn that it is there.
  if (!maySee(identity, request)) throw new Fault('approval_unknown', { id });
  return { status: 200, body: requestDocument(request) };
}

/** Whoever asked, and whoever is named as an approver. */
function maySee({ principal, groups }: Identity, request: Request): boolean {
  if (request.principal === principal) return true;
  const { approvers } = request.terms;
  return (
    approvers.includes(`principal:${principal}`) ||
    groups.some((group) => approvers.includes(`group:${group}`))
  );
}

function wordsOf(body: string): string | undefined {
  if (body === '') return undefined;
  const value = parsed(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ApiError(400, 'the body is not a JSON object', 'Send {"words": "…"}, or nothing.');
  const { words } = value as { words?: unknown };
  if (words === undefined) return undefined;
  if (typeof words !== 'string' || words.length > WORDS_MOST)
    throw new ApiError(400, 'words is not a text, or longer than 1,000 characters', 'Say it in fewer words.');
  return words === '' ? undefined : words;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const statuses: readonly RequestStatus[] = ['pending', 'approved', 'denied', 'expired', 'withdrawn'];
const isId = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text);

class ApiError extends Error {
  readonly response: ApiResponse;

  constructor(status: number, message: string, hint: string) {
    super(message);
    this.response = { status, body: { error: { message, hint } } };
  }
}

const notFound: ApiResponse = {
  status: 404,
  body: { error: { message: 'there is /v1/approvals, and /v1/approvals/ID with approve and deny below it' } },
};
const notAllowed: ApiResponse = {
  status: 405,
  body: { error: { message: 'requests are read with GET and answered with POST' } },
};

const statusOf: Partial<Readonly<Record<FaultCode, number>>> = {
  approval_unknown: 404,
  approval_settled: 409,
  approval_twice: 409,
  state_unavailable: 503,
  no_policy: 503,
  shutting_down: 503,
};

function refusal(fault: Fault): ApiResponse {
  const { code, message, hint } = fault;
  return {
    status: statusOf[code] ?? 403,
    body: { error: { code, message, ...(hint === undefined ? {} : { hint }) } },
  };
}
