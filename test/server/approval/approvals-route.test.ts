// What approvers are answered over HTTP, and that nobody else learns anything.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiRequest } from '../../../gateway/admin/index.ts';
import { LoginRefused, type Principal } from '../../../gateway/identity/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { answerApi } from '../../../gateway/server/api/answer-api.ts';
import { approvalsRoute } from '../../../gateway/server/approval/approvals-route.ts';
import { identityOf } from '../../../gateway/server/asker.ts';
import { draft, everybodyMay, identity, nobodyMay, openSide, type Side } from '../../approval/stage.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';

let postgres: Postgres;
let side: Side;

beforeAll(async () => {
  postgres = await startPostgres({ version: 18 });
  side = await openSide(postgres);
});
afterAll(async () => {
  await side.kill();
  await postgres.stop();
});

const groupsOf: Readonly<Record<string, readonly string[]>> = { ada: ['dba'], bob: ['dba'], eve: ['sales'] };

const principal = (name: string): Principal => ({
  ...{ name, kind: 'human', issuer: 'https://login.example.com', subject: name, scopes: [], claims: {} },
  groups: groupsOf[name] ?? [],
  actor: undefined,
  auth: { method: 'oidc', expiresAt: undefined, keyId: undefined },
});

async function ask(
  who: string | undefined,
  path: string,
  more: Partial<ApiRequest> = {},
  mayApprove = everybodyMay,
) {
  const authorization = who === undefined ? undefined : `Bearer ${who}`;
  return await answerApi(
    { method: 'GET', path, authorization, body: '', ...more },
    {
      verifyToken: async (token) => {
        if (token === 'forged') throw new LoginRefused('signature_invalid', 'it is signed by nobody');
        return principal(token);
      },
      identityOf: (who) => identityOf(who),
      routes: {
        approvals: approvalsRoute({
          approvals: async () => side.approvals,
          mayApprove: () => mayApprove,
          log: silentLog,
        }),
      },
    },
  );
}
const post = { method: 'POST' };
const waiting = async (what: string) =>
  (await side.approvals.ask(draft(what, {}, { identity: identity('mailer') }))).id;

describe('requests', () => {
  test('are listed for approvers and for whoever asked, and for nobody else', async () => {
    const id = await waiting('list 1');
    const seenBy = async (who: string) => {
      const { body } = await ask(who, '/v1/approvals');
      return (body as { approvals: { id: string }[] }).approvals.some((request) => request.id === id);
    };
    expect([await seenBy('ada'), await seenBy('mailer'), await seenBy('eve')]).toEqual([true, true, false]);
    expect((await ask('eve', `/v1/approvals/${id}`)).status).toBe(404);
    expect(await ask('ada', `/v1/approvals/${id}`)).toMatchObject({
      status: 200,
      body: {
        ...{ id, status: 'pending', resource: 'shop', statement: 'list 1', sentences: ['Deletes rows.'] },
        requester: { principal: 'mailer', kind: 'human' },
        terms: { approvers: ['group:dba'], count: 1, scope: 'statement', uses: 1 },
        answers: [],
      },
    });
  });

  test('are approved with words, once', async () => {
    const id = await waiting('approve 1');
    const body = JSON.stringify({ words: 'go on' });
    expect(await ask('ada', `/v1/approvals/${id}/approve`, { ...post, body })).toMatchObject({
      status: 200,
      body: { status: 'approved', answers: [{ approver: 'ada', answer: 'approve', words: 'go on' }] },
    });
    expect(await ask('bob', `/v1/approvals/${id}/deny`, post)).toMatchObject({
      status: 409,
      body: { error: { code: 'approval_settled', message: 'the request is approved already' } },
    });
  });

  test('are approved alone, in an emergency, by whoever the terms name for that, who sees them', async () => {
    const glass = { approvers: ['group:lead'], count: 2, break_glass: ['group:dba'] };
    const { id } = await side.approvals.ask(draft('glass 1', glass, { identity: identity('ada') }));
    expect(await ask('ada', `/v1/approvals/${id}/break-glass`, post)).toMatchObject({ status: 403 });
    expect(await ask('bob', `/v1/approvals/${id}`)).toMatchObject({ status: 200 });
    const body = JSON.stringify({ words: 'nobody else is there' });
    expect(await ask('ada', `/v1/approvals/${id}/break-glass`, { ...post, body })).toMatchObject({
      status: 200,
      body: {
        status: 'approved',
        terms: { break_glass: ['group:dba'] },
        answers: [{ approver: 'ada', answer: 'approve', words: 'nobody else is there', broke_glass: true }],
      },
    });
  });

  test('are answered by nobody whom the policy does not let', async () => {
    const id = await waiting('refuse 1');
    expect(await ask('ada', `/v1/approvals/${id}/approve`, post, nobodyMay)).toMatchObject({
      status: 403,
      body: { error: { message: 'your answer does not count, by policy rule "test.none": Not you.' } },
    });
    expect(await ask('mailer', `/v1/approvals/${id}/approve`, post)).toMatchObject({ status: 403 });
    expect((await side.approvals.get(id)).status).toBe('pending');
  });
});

test.for([
  { name: 'no token', who: undefined, path: '/v1/approvals', more: {}, status: 401 },
  { name: 'a forged token', who: 'forged', path: '/v1/approvals', more: {}, status: 401 },
  { name: 'an unknown path', who: 'ada', path: '/v1/other', more: {}, status: 404 },
  {
    name: 'something below an answer',
    who: 'ada',
    path: '/v1/approvals/a/approve/now',
    more: {},
    status: 404,
  },
  { name: 'an id that is none', who: 'ada', path: "/v1/approvals/1'--", more: {}, status: 404 },
  {
    name: 'a request that is not there',
    ...{
      who: 'ada',
      path: '/v1/approvals/00000000-0000-4000-8000-000000000000/approve',
      more: post,
      status: 404,
    },
  },
  { name: 'an unknown status', who: 'ada', path: '/v1/approvals?status=nearly', more: {}, status: 400 },
  { name: 'a list that is posted', who: 'ada', path: '/v1/approvals', more: post, status: 405 },
])('$name is answered with $status', async ({ who, path, more, status }) => {
  const answer = await ask(who, path, more);
  expect(answer.status).toBe(status);
  expect(answer.body).toHaveProperty('error.message');
});

test.for(['{', '"words"', '{"words": 5}', JSON.stringify({ words: 'x'.repeat(1_001) })])(
  'the body %j approves nothing',
  async (body) => {
    const id = await waiting(`body ${body.slice(0, 20)}`);
    const { status } = await ask('ada', `/v1/approvals/${id}/approve`, { ...post, body });
    expect(status).toBe(400);
    expect((await side.approvals.get(id)).status).toBe('pending');
  },
);
