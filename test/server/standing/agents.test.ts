// Agents as principals of their own: keys, tokens, scope, suspension, owners; the same at every gateway.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GatewayProcess } from '../../support/gateway.ts';
import { frontend as f, RawClient, ServerError } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { type ApiAnswer, PolicyStage } from '../policy-stage.ts';
import { rules, security } from './rules.ts';

/** Writes wait, and what a policy is told of the agent decides where it may log in. */
const agentRules = {
  ...rules,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}
decision := {"effect": "deny", "rule": "test.scope", "reason": concat("", ["Not for ", input.identity.agent.purpose])} if {
  not input.resource.name in input.identity.agent.scope.resources
}`,
  'gateway/statement.rego': `${rules['gateway/statement.rego']}
decision := {"effect": "deny", "rule": "test.task", "reason": input.identity.agent.task} if {
  input.identity.agent.task
  count(input.statement.writes) == 0
}`,
};

let stage: PolicyStage;
let another: GatewayProcess;
beforeAll(async () => {
  stage = await PolicyStage.start('CREATE TABLE notes (id int PRIMARY KEY)', agentRules, 2);
  another = await stage.startAnother();
});
afterEach(() => stage.hangUp());
afterAll(async () => {
  await another?.stop();
  await stage.stop();
});

const owner = { sub: 'ada' };
const ask = (claims: object, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  stage.ask(claims, method, path, body);
async function done(answer: Promise<ApiAnswer>): Promise<Readonly<Record<string, string>>> {
  const { status, document } = await answer;
  expect(status, JSON.stringify(document)).toBeLessThan(300);
  return document as unknown as Readonly<Record<string, string>>;
}
const create = (name: string, more: object = {}) =>
  done(ask(security, 'POST', 'agents', { name, owner: 'ada', purpose: 'tests', ...more }));
const keyFor = (name: string) => done(ask(security, 'POST', `agents/${name}/keys`, {}));
async function openWith(
  { user = '', password = '' }: Readonly<Record<string, string>>,
  gateway = stage.gateway,
): Promise<RawClient> {
  const { host, port } = gateway;
  return await RawClient.open({ host, port, user, database: 'shop', password });
}
const refusal = (opening: Promise<RawClient>): Promise<string | undefined> =>
  opening.then(
    (client) => void client.destroy(),
    (error: unknown) => (error instanceof ServerError ? error.message : String(error)),
  );
const lastWord = async (client: RawClient) => (await client.untilEnd()).at(-1)?.fields;
/** The other processes and gateways hear of it by themselves, each for itself: one that knows says nothing of the next. */
const opened = (what: string, opening: () => Promise<RawClient>) =>
  waitUntil(what, () =>
    opening().catch((error: unknown) => {
      if (error instanceof ServerError) return undefined;
      throw error;
    }),
  );
const refused = (opening: () => Promise<RawClient>, words = /login failed/) =>
  waitUntil(`a refusal that says ${words.source}`, async () => words.test((await refusal(opening())) ?? ''));

test('a key of an agent logs in at every gateway; without it, another stands', async () => {
  await create('bot-keys', { groups: ['billing'] });
  const [first, second] = [await keyFor('bot-keys'), await keyFor('bot-keys')];
  const one = await opened('the first key', () => openWith(first, another));
  const other = await opened('the second key', () => openWith(second, another));
  expect(await one.rows('SELECT 1')).toEqual([['1']]);
  expect(await refusal(openWith({ ...first, password: 'pks_wrong' }))).toMatch(/login failed/);
  await done(ask(security, 'DELETE', `agents/bot-keys/keys/${first.user}`));
  expect(await lastWord(one)).toMatchObject({ S: 'FATAL', M: 'the credential of this session was revoked' });
  await refused(() => openWith(first));
  expect(await other.rows('SELECT 1')).toEqual([['1']]);
  const text = JSON.stringify(await done(ask(security, 'GET', 'agents/bot-keys')));
  expect(text).toContain(first.user);
  expect(text).not.toMatch(/SCRAM|pks_/);
  for (const client of [one, other]) client.destroy();
});

test('a token that names the agent carries the same registration', async () => {
  await create('bot-scope', { scope: { resources: ['warehouse'] } });
  const key = await keyFor('bot-scope');
  const withToken = () => stage.open({ sub: 'bot-scope', agent_kind: 'agent' });
  const acting = () => stage.open({ sub: 'somebody', act: { sub: 'bot-scope' } });
  for (const opening of [() => openWith(key), withToken, acting]) await refused(opening, /Not for tests/);
  expect(await refusal(stage.open({ sub: 'somebody' }))).toBeUndefined();
});

test('what changes in its registration counts for the sessions that it has', async () => {
  await create('bot-task');
  const session = await stage.open({ sub: 'bot-task' }, another);
  expect(await session.rows('SELECT 1')).toEqual([['1']]);
  const agents = [{ name: 'bot-task', owner: 'ada', purpose: 'tests', task: 'stop here' }];
  await done(ask(security, 'PUT', 'agents', { agents }));
  await waitUntil('the task to be known', async () => {
    const error = (await session.query('SELECT 1')).find(({ type }) => type === 'E')?.fields as unknown as
      | { M: string }
      | undefined;
    return error?.M.includes('stop here') ?? false;
  });
});

test('suspending it ends what it does, by its owner too; resuming is for administrators', async () => {
  await create('bot-stop');
  const key = await keyFor('bot-stop');
  const idle = await opened('the key', () => openWith(key, another));
  const waiting = await opened('the key', () => openWith(key));
  waiting.send(f.query('INSERT INTO notes VALUES (1)'));
  await waiting.until('N');
  expect((await ask({ sub: 'bob' }, 'POST', 'agents/bot-stop/suspend')).status).toBe(404);
  expect((await ask({ ...owner, act: { sub: 'x' } }, 'POST', 'agents/bot-stop/suspend')).status).toBe(404);
  await done(ask(owner, 'POST', 'agents/bot-stop/suspend', { reason: 'too fast' }));
  for (const client of [idle, waiting])
    expect(await lastWord(client)).toMatchObject({
      S: 'FATAL',
      C: '28000',
      M: 'this agent has no access now',
    });
  for (const opening of [
    () => openWith(key),
    () => openWith(key, another),
    () => stage.open({ sub: 'bot-stop' }),
  ])
    await refused(opening);
  expect(await done(ask(owner, 'GET', 'agents/bot-stop'))).toMatchObject({
    ...{ access: 'no', no_access_because: 'the agent bot-stop was suspended by ada' },
    suspended: { by: 'ada', reason: 'too fast' },
  });
  expect((await ask(owner, 'POST', 'agents/bot-stop/resume')).status).toBe(403);
  await done(ask(security, 'POST', 'agents/bot-stop/resume'));
  await opened('it to be back', () => openWith(key, another));
});

test('whoever loses their access takes it from the agents that they own, until they have it again', async () => {
  await create('bot-owned', { owner: 'olga' });
  await create('bot-of-bot', { owner: 'bot-owned' });
  const session = await stage.open({ sub: 'bot-of-bot' }, another);
  const { id } = await done(ask(security, 'POST', 'revocations', { kind: 'principal', value: 'olga' }));
  expect(await lastWord(session)).toMatchObject({ M: 'this agent has no access now' });
  await refused(() => stage.open({ sub: 'bot-owned' }));
  await waitUntil('the log to say why', () => another.logText().includes('"reason":"owner_revoked"'));
  await done(ask(security, 'DELETE', `revocations/${id}`));
  await opened('it to be back', () => stage.open({ sub: 'bot-of-bot' }, another));
});

test('one that was deleted logs in with nothing, until it is registered anew; its old keys stay over', async () => {
  await create('bot-gone');
  const key = await keyFor('bot-gone');
  const session = await opened('the key', () => openWith(key, another));
  await done(ask(security, 'DELETE', 'agents/bot-gone'));
  expect(await lastWord(session)).toMatchObject({ S: 'FATAL', C: '28000' });
  await refused(() => stage.open({ sub: 'bot-gone' }));
  expect((await ask(security, 'GET', 'agents/bot-gone')).status).toBe(404);
  await create('bot-gone');
  await opened('the new one', () => stage.open({ sub: 'bot-gone' }, another));
  expect(await refusal(openWith(key, another))).toMatch(/login failed/);
});

test('its time ends by itself', async () => {
  await create('bot-until');
  const session = await stage.open({ sub: 'bot-until' });
  const until = new Date(Date.now() + 2_000).toISOString();
  const agents = [{ name: 'bot-until', owner: 'ada', purpose: 'tests', until }];
  await done(ask(security, 'PUT', 'agents', { agents }));
  expect(await lastWord(session)).toMatchObject({ M: 'this agent has no access now' });
  await refused(() => stage.open({ sub: 'bot-until' }, another));
});

/** What whoever begins to log in with a key is told of it. */
async function saltOf(user: string, { host, port }: GatewayProcess): Promise<string | undefined> {
  const client = await RawClient.connect({ host, port });
  client.send(f.startup({ user, database: 'shop' }));
  await client.receive();
  client.send(f.saslInitialResponse('SCRAM-SHA-256', Buffer.from('n,,n=,r=abc')));
  const { data } = (await client.receive()).authentication;
  client.destroy();
  return /s=([^,]*)/.exec(data.toString())?.[1];
}

test('a key that nobody has looks the same at every process and gateway, as one that somebody has does', async () => {
  await create('bot-salt');
  const { user = '' } = await keyFor('bot-salt');
  const salts = async (name: string) => {
    const found = new Set<string | undefined>();
    for (const gateway of [stage.gateway, another, stage.gateway, another, stage.gateway, another])
      found.add(await saltOf(name, gateway));
    return [...found];
  };
  // Until a process has heard of the key, nobody has it there.
  await waitUntil('the key to be known everywhere', async () => (await salts(user)).length === 1);
  for (const name of [user, 'pk_nobodyhasthis0000'])
    expect(await salts(name)).toEqual([expect.stringMatching(/^[\w+/]{22}==$/)]);
});

test('a file is applied as it was shown, and only so', async () => {
  const file = (task: string) => [
    { name: 'bot-file', owner: 'ada', purpose: 'tests', task },
    { name: 'bot-file-2', owner: 'ada', purpose: 'tests' },
  ];
  const put = (body: object) => ask(security, 'PUT', 'agents', body);
  const shown = await done(put({ agents: file('one'), dry_run: true }));
  expect(shown).toMatchObject({ applied: false, changes: [{ change: 'add' }, { change: 'add' }] });
  expect((await ask(security, 'GET', 'agents/bot-file')).status).toBe(404);
  await create('bot-file');
  expect((await put({ agents: file('one'), digest: shown.digest })).status).toBe(409);
  expect(await done(put({ agents: file('one') }))).toMatchObject({
    changes: [
      { change: 'change', name: 'bot-file' },
      { change: 'add', name: 'bot-file-2' },
    ],
  });
  expect(await done(put({ agents: file('one') }))).toMatchObject({ changes: [] });
  const pruned = await done(put({ agents: file('two'), prune: true, dry_run: true }));
  expect(pruned.changes).toContainEqual(expect.objectContaining({ change: 'delete', name: 'bot-keys' }));
  expect(pruned.changes).toContainEqual(expect.objectContaining({ change: 'change', name: 'bot-file' }));
});

test('nobody else registers, sees or changes agents', async () => {
  await create('bot-mine');
  expect((await done(ask(owner, 'GET', 'agents'))).agents).not.toHaveLength(0);
  expect((await done(ask({ sub: 'bob' }, 'GET', 'agents'))).agents).toEqual([]);
  const agent = { name: 'bot-new', owner: 'ada', purpose: 'tests' };
  for (const claims of [owner, { sub: 'bob' }, { ...security, agent_kind: 'agent' }]) {
    expect((await ask(claims, 'POST', 'agents', agent)).status).toBe(403);
    expect((await ask(claims, 'PUT', 'agents', { agents: [agent] })).status).toBe(403);
    expect((await ask(claims, 'DELETE', 'agents/bot-mine')).status).toBe(403);
    expect((await ask(claims, 'POST', 'agents/bot-mine/keys')).status).toBe(403);
  }
  for (const wrong of [
    { ...agent, name: 'no blanks' },
    { ...agent, owner: undefined },
    { ...agent, owner: 'bot-new' },
    { ...agent, scope: { rows: 5 } },
    { ...agent, until: '2030-13-45T00:00Z' },
  ])
    expect((await ask(security, 'POST', 'agents', wrong)).status).toBe(400);
  expect((await ask(security, 'POST', 'agents', { ...agent, name: 'bot-mine' })).status).toBe(409);
});

test('the owner of an agent approves nothing that it asks for', async () => {
  await create('bot-asks');
  const session = await stage.open({ sub: 'bot-asks' });
  session.send(f.query('INSERT INTO notes VALUES (2)'));
  await session.until('N');
  const { document } = await ask({ sub: 'dora', groups: ['dba'] }, 'GET', 'approvals');
  const id = document.approvals.at(0)?.id ?? '';
  const own = await ask({ ...owner, groups: ['dba'] }, 'POST', `approvals/${id}/approve`);
  expect(own).toMatchObject({
    status: 403,
    document: { error: { message: expect.stringMatching(/^nobody approves what they sent/) } },
  });
  expect((await ask({ sub: 'dora', groups: ['dba'] }, 'POST', `approvals/${id}/approve`)).status).toBe(200);
  await session.until('Z');
});
