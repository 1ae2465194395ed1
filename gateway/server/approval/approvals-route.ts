// `/v1/approvals`: the requests that somebody may see, and their answers to them.
import type { ApiResponse } from '../../admin/index.ts';
import type { Approvals, MayApprove, Request, RequestStatus } from '../../approval/index.ts';
import { Fault, type Log } from '../../lib/index.ts';
import { type Asked, notFound, type Route } from '../api/answer-api.ts';
import { wrong } from '../api/api-error.ts';
import { historyDocument, requestDocument, samplesDocument } from './request-document.ts';

export type ApprovalsRoute = Readonly<{
  approvals: () => Promise<Approvals>;
  mayApprove: () => MayApprove;
  log: Log;
}>;

/** More are seldom looked at. */
const LIST_MOST = 200;
/** Of what an approver says; it is shown to whoever asked. */
const WORDS_MOST = 1_000;

/** Nothing or `ID`, and POST to `ID/approve`, `ID/deny` or `ID/break-glass`. */
export const approvalsRoute =
  ({ approvals, mayApprove, log }: ApprovalsRoute): Route =>
  async (asked) => {
    const [id, verb, ...more] = asked.segments;
    if (id === undefined) return await list(reading(asked), await approvals());
    if (!isId(id) || more.length > 0) throw notFound(here);
    if (verb === undefined) return await show(id, reading(asked), await approvals());
    if (verb !== 'approve' && verb !== 'deny' && verb !== 'break-glass') throw notFound(here);
    if (asked.method !== 'POST') throw wrong(405, 'requests are answered with POST', 'Send it as POST.');
    const breaksGlass = verb === 'break-glass';
    const answer = { approves: verb !== 'deny', words: wordsOf(asked.body), breaksGlass };
    const answered = await (await approvals()).answer(id, asked.identity, answer, mayApprove());
    if (breaksGlass)
      log.warn(
        { request_id: id, approver: asked.identity.principal },
        'the glass was broken: approved alone',
      );
    return { status: 200, body: requestDocument(answered) };
  };

const here = '/v1/approvals, and /v1/approvals/ID with approve, deny and break-glass below it';

function reading(asked: Asked): Asked {
  if (asked.method === 'GET') return asked;
  throw wrong(405, 'requests are read with GET', 'Send it as GET.');
}

async function list({ query, identity }: Asked, approvals: Approvals): Promise<ApiResponse> {
  const asked = query.get('status') ?? 'pending';
  const status = statuses.find((known) => known === asked);
  if (status === undefined && asked !== 'all')
    throw wrong(
      400,
      `there is no status "${asked.slice(0, 40)}"`,
      `It is all, or one of ${statuses.join(', ')}.`,
    );
  const found = await approvals.list({
    status,
    resource: query.get('resource') ?? undefined,
    most: LIST_MOST,
  });
  const visible = found.filter((request) => maySee(identity, request));
  return { status: 200, body: { approvals: visible.map(requestDocument) } };
}

async function show(id: string, { identity }: Asked, approvals: Approvals): Promise<ApiResponse> {
  const request = await approvals.get(id);
  // Whoever has nothing to do with it doesn't learn that it is there.
  if (!maySee(identity, request)) throw new Fault('approval_unknown', { id });
  const history = historyDocument(await approvals.history(request));
  // Rows are for those who agree to them; whoever sent the statement may not be let to read its tables.
  const samples = request.principal === identity.principal ? {} : samplesDocument(request);
  return { status: 200, body: { ...requestDocument(request), ...samples, history } };
}

/** Whoever asked, and whoever is named as an approver. */
function maySee({ principal, groups }: Asked['identity'], request: Request): boolean {
  if (request.principal === principal) return true;
  const approvers = [...request.terms.approvers, ...(request.terms.break_glass ?? [])];
  return (
    approvers.includes(`principal:${principal}`) ||
    groups.some((group) => approvers.includes(`group:${group}`))
  );
}

function wordsOf({ words }: Asked['body']): string | undefined {
  if (words === undefined || words === '') return undefined;
  if (typeof words === 'string' && words.length <= WORDS_MOST) return words;
  throw wrong(400, 'words is not a text, or longer than 1,000 characters', 'Say it in fewer words.');
}

const statuses: readonly RequestStatus[] = ['pending', 'approved', 'denied', 'expired', 'withdrawn'];
const isId = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text);
