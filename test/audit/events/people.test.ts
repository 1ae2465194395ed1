// What people do is on the record with what it is about: logins, approvals, changes by administrators, other policies.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditEvent } from '../../../gateway/audit/index.ts';
import { type Files, PolicyStage } from '../../server/policy-stage.ts';
import { frontend as f, RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { outcomeOf, problemsOf, recordedIn, storyOf } from './support.ts';

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text);
  INSERT INTO customers SELECT n, 'name ' || n FROM generate_series(1, 100) n`;

const ruled = (at: string): Files => ({
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "test.reads"}
decision := {"effect": "require_approval", "rule": "test.writes", "approval": ${JSON.stringify({
    ...{ approvers: ['group:dba'], count: 1, expires_in: 600, scope: 'statement', uses: 1, at },
    break_glass: ['group:dba'],
  })}} if count(input.statement.writes) > 0`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}
decision := {"effect": "deny", "rule": "test.nobody", "reason": "Not today."} if input.identity.principal == "eve"`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.not_named"}
decision := {"effect": "allow", "rule": "test.dba"} if "dba" in input.identity.groups`,
});

const dba = { sub: 'dora', groups: ['dba'] };

let stage: PolicyStage;
beforeAll(async () => {
  stage = await PolicyStage.start(schema, ruled('statement'), 2);
}, 120_000);
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const recorded = () => recordedIn(`${stage.gateway.folder}/.portcullis`);

/** The next event of this type that fits, as soon as it is there. */
const told = (type: string, fits: (event: AuditEvent) => boolean = () => true) =>
  waitUntil(`an event ${type}`, async () =>
    (await recorded()).find((event) => event.type === type && fits(event)),
  );

async function approve(client: RawClient): Promise<string> {
  await client.until('N');
  const id = await waitUntil('the request', async () => {
    const { document } = await stage.ask(dba, 'GET', 'approvals');
    return document.approvals[0]?.id;
  });
  await stage.ask(dba, 'POST', `approvals/${id}/approve`, { words: 'call ada.canary@leak.example' });
  await client.until('Z');
  return id;
}

test('who ran what, by which decision, on whose approval', async () => {
  const client = await stage.open({ act: { sub: 'agent-7' }, email: 'ada@example.com' });
  client.send(f.query("SELECT name FROM customers WHERE name = 'name 7'"));
  await client.until('Z');
  client.send(f.query('DELETE FROM customers WHERE id = 1'));
  const id = await approve(client);
  await client.end();

  const opened = await told('session.opened');
  expect(opened).toMatchObject({
    ...{ method: 'oidc', revision: 'r1', decision: { effect: 'allow', rule: 'test.everybody' } },
    subjects: {
      session: {
        ...{ principal: 'ada', resource: 'shop', client: { address: '127.0.0.1', tls: false } },
        input: { identity: { claims: { email: 'ada@example.com' } }, resource: { name: 'shop' } },
      },
    },
  });
  await told('session.ended', ({ session }) => session === opened.session);
  const events = (await recorded()).filter(({ session }) => session === opened.session);
  expect(events.map(({ type }) => type)).toEqual([
    'session.opened',
    'statement.intent',
    'statement.outcome',
    'statement.held',
    'approval.requested',
    'approval.used',
    'statement.intent',
    'statement.outcome',
    'session.ended',
  ]);
  expect(events[1]).toMatchObject({
    subjects: {
      session: { principal: 'ada' },
      statement: {
        text: "SELECT name FROM customers WHERE name = 'name 7'",
        ...{ decision: { effect: 'allow', rule: 'test.reads' }, revision: 'r1' },
        input: { statement: { kind: 'select', catalog_version: expect.any(String) } },
      },
    },
  });
  expect(events[6]).toMatchObject({ approval: { id, approvers: ['dora'] } });
  expect(outcomeOf(events[7] as AuditEvent)).toMatchObject({ state: 'complete', affected: 1 });
  const decided = await told('approval.decided');
  expect(decided).toMatchObject({
    ...{ principal: 'dora', answer: { approves: true, words: 'call [email]' } },
    approval: { id, requester: 'ada', rule: 'test.writes', status: 'approved' },
  });
  expect(await told('administration.approvals')).toMatchObject({
    ...{ principal: 'dora', request: { method: 'POST', path: `/v1/approvals/${id}/approve`, status: 200 } },
  });
});

const requestIn = (approval: unknown) => approval as Readonly<Record<string, unknown>>;

test.for(['cancelled', 'ended from elsewhere'])(
  'a request whose statement is %s has its end',
  async (how) => {
    const client = await stage.open({ sub: 'otto', act: { sub: 'agent-9' } });
    client.send(f.query('DELETE FROM customers WHERE id = 3'));
    await client.until('N');
    const requested = (await recorded()).findLast(
      ({ type, approval }) => type === 'approval.requested' && requestIn(approval).requester === 'otto',
    );
    expect(requested).toMatchObject({ principal: 'otto', kind: 'human', actor: 'agent-9', resource: 'shop' });
    const session = requested?.session;
    if (how === 'cancelled') await client.cancel();
    else await stage.ask({ sub: 'sam', groups: ['security'] }, 'DELETE', `sessions/${session}`);
    const withdrawn = await told('approval.withdrawn', (event) => event.session === session);
    expect(withdrawn).toMatchObject({
      resource: 'shop',
      approval: {
        ...{ id: requestIn(requested?.approval).id, status: 'withdrawn', requester: 'otto' },
        words: 'the client cancelled the statement, or left',
      },
    });
  },
);

test('whoever approved alone, in an emergency', async () => {
  const client = await stage.open({ sub: 'nina' });
  client.send(f.query('DELETE FROM customers WHERE id = 4'));
  await client.until('N');
  const { document } = await stage.ask(dba, 'GET', 'approvals');
  const id = document.approvals[0]?.id;
  await stage.ask(dba, 'POST', `approvals/${id}/break-glass`, { words: 'the shop is down' });
  await client.until('Z');
  const decided = await told('approval.decided', ({ approval }) => requestIn(approval).id === id);
  expect(decided).toMatchObject({
    ...{ principal: 'dora', kind: 'human', resource: 'shop' },
    answer: { approves: true, broke_glass: true, words: 'the shop is down' },
  });
});

test('who was not let in, and why', async () => {
  await expect(stage.open({ sub: 'eve' })).rejects.toThrow();
  expect(await told('session.refused')).toMatchObject({
    subjects: { session: { principal: 'eve' } },
    refusal: { code: 'login_denied', sqlstate: expect.any(String) },
  });
  const { host, port } = stage.gateway;
  const wrong = { host, port, user: 'token', database: 'shop', password: 'no token' };
  await RawClient.open(wrong).catch(() => undefined);
  expect(await told('session.refused', ({ client }) => client !== undefined)).toMatchObject({
    client: { address: '127.0.0.1' },
    refusal: { code: 'login_failed', reason: 'token_malformed', user: 'token' },
  });
});

test('what administrators change, and the session that ends with it', async () => {
  const client = await stage.open({ sub: 'mallory' });
  const security = { sub: 'sam', groups: ['security'] };
  const answer = await stage.ask(security, 'POST', 'revocations', {
    ...{ principal: 'mallory', words: 'lost the laptop' },
  });
  const change = await told('administration.revocations');
  expect(change).toMatchObject({ principal: 'sam', request: { status: answer.status, method: 'POST' } });
  if (answer.status < 300) {
    await client.untilEnd();
    const ended = ({ subjects }: AuditEvent) => subjects?.session?.principal === 'mallory';
    expect(await told('session.ended', ended)).toMatchObject({ why: expect.any(String) });
  }
});

test('the policy that decides from now on, and a commit that waits', async () => {
  // Each process says so, within a second.
  await waitUntil('the first policy to be said', async () =>
    (await recorded()).some(({ type }) => type === 'policy.activated'),
  );
  const revision = await stage.publish(ruled('commit'));
  // The next session may be at either process.
  await waitUntil('both processes to have it', async () => {
    const activated = (await recorded()).filter(
      ({ type, policy }) => type === 'policy.activated' && JSON.stringify(policy).includes(`"${revision}"`),
    );
    return new Set(activated.map(({ chain }) => chain)).size === 2;
  });
  const client = await stage.open({ sub: 'carl' });
  client.send(f.query('DELETE FROM customers WHERE id = 2'));
  await approve(client);
  await client.end();
  const ended = await told('session.ended', ({ subjects }) => subjects?.session?.principal === 'carl');
  const events = (await recorded()).filter(({ session }) => session === ended.session);
  expect(storyOf(events)).toEqual(['query complete "DELETE 1" 0 rows 1 affected', 'commit complete 0 rows']);
});

test('all of it is of the form that the schema describes', async () => {
  const events = await recorded();
  expect(new Set(events.map(({ chain }) => chain)).size).toBe(2);
  expect(await problemsOf(events)).toEqual([]);
});
