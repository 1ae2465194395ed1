// Who is logged in at a gateway, over all of its processes, and how an administrator ends a session anywhere.
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startCli } from '../../cli/run-cli.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import { freePort } from '../../support/postgres.ts';
import { frontend as f, type RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { PolicyStage } from '../policy-stage.ts';
import { rules, security } from './rules.ts';

let stage: PolicyStage;
let another: GatewayProcess;
beforeAll(async () => {
  stage = await PolicyStage.start('CREATE TABLE notes (id int PRIMARY KEY)', rules, 2);
  another = await stage.startAnother();
});
afterEach(async () => {
  stage.hangUp();
  await waitUntil('no session', async () => (await listed(security)).length === 0);
});
afterAll(async () => {
  await another?.stop();
  await stage.stop();
});

type Listed = Readonly<{ id: string; principal: string; state: string; since: string }>;

async function listed(claims: object, gateway?: GatewayProcess): Promise<readonly Listed[]> {
  const { status, document } = await stage.ask(claims, 'GET', 'sessions', undefined, gateway);
  expect(status).toBe(200);
  return (document as unknown as { sessions: readonly Listed[] }).sessions;
}
const kill = (claims: object, id: string, gateway?: GatewayProcess) =>
  stage.ask(claims, 'DELETE', `sessions/${id}`, undefined, gateway);
const lastWord = async (client: RawClient) => (await client.untilEnd()).at(-1)?.fields;
const killed = { S: 'FATAL', C: '57P01', M: 'an administrator has ended this session' };

test('those of all processes are listed with what they do, to others only their own', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const clients = await Promise.all(names.map((sub) => stage.open({ sub, jti: `jti-${sub}` })));
  const [running, waiting, open] = clients as [RawClient, RawClient, RawClient];
  running.send(f.query('SELECT pg_sleep(600)'));
  waiting.send(f.query('INSERT INTO notes VALUES (1)'));
  await waiting.until('N');
  await open.query('BEGIN');
  const states = async () =>
    (await listed(security)).map(({ principal, state }) => `${principal} ${state}`).sort();
  const want = ['a running', 'b waits_for_approval', 'c in_transaction', 'd idle', 'e idle', 'f idle'];
  await waitUntil('all of them', async () => (await states()).join() === want.join());
  expect((await listed(security)).find(({ principal }) => principal === 'd')).toMatchObject({
    ...{ kind: 'human', resource: 'shop', address: '127.0.0.1', token_id: 'jti-d' },
    since: expect.stringMatching(/^\d{4}-/),
  });
  expect((await listed({ sub: 'd' })).map(({ principal }) => principal)).toEqual(['d']);
});

test('an administrator ends any of them, others only their own, whichever process has it', async () => {
  const clients = await Promise.all(['a', 'b', 'b', 'b', 'b'].map((sub) => stage.open({ sub })));
  const all = await listed(security);
  const ofA = all.find(({ principal }) => principal === 'a')?.id ?? '';
  expect((await kill({ sub: 'b' }, ofA)).status).toBe(404);
  for (const { id, principal } of all.filter((session) => session.id !== ofA))
    expect((await kill({ sub: principal }, id)).status).toBe(200);
  for (const client of clients.slice(1)) expect(await lastWord(client)).toMatchObject(killed);
  expect((await listed(security)).map(({ id }) => id)).toEqual([ofA]);
  expect((await kill(security, ofA)).status).toBe(200);
  expect(await lastWord(clients[0] as RawClient)).toMatchObject(killed);
  expect(stage.gateway.logText()).toMatch(/"by":"sam","msg":"session killed"|"session killed".*"by":"sam"/);
});

test('whoever would watch a session of another gateway is told where, and can watch it there', async () => {
  const port = await freePort();
  const changes = { admin: { port, administrators: ['group:security'] } };
  const third = await stage.startAnother(undefined, { changes });
  try {
    const client = await stage.open({ sub: 'far' }, third);
    const token = join(stage.folder, 'token-of-sam');
    await writeFile(token, await stage.token(security));
    const run = (gateway: GatewayProcess, ...words: string[]) =>
      startCli([
        ...[...words, '--token-file', token],
        ...['--admin', `http://127.0.0.1:${gateway.adminPort}`],
      ]);
    const listing = run(stage.gateway, 'sessions', 'list');
    expect(await listing.done).toBe(0);
    expect(listing.stdout()).toContain(`http://127.0.0.1:${port}`);
    const [only] = await listed({ sub: 'far' });
    const elsewhere = run(stage.gateway, 'sessions', 'watch', only?.id.slice(0, 8) ?? '');
    expect(await elsewhere.done).toBe(1);
    expect(elsewhere.stderr()).toContain(`the session is at another gateway, on ${hostname()}`);
    const command = `portcullis sessions watch ${only?.id} --admin http://127.0.0.1:${port}`;
    expect(elsewhere.stderr()).toContain(`On that machine: ${command}`);

    const there = run(third, ...command.split(' ').slice(1, 4));
    await waitUntil('what it is shown', async () => {
      await client.rows('SELECT 4711 AS seen');
      return there.stdout().includes('4711');
    });
    client.destroy();
    expect(await there.done).toBe(0);
  } finally {
    await third.stop();
  }
});

test('sessions of another gateway are listed, and ended by who may', async () => {
  const client = await stage.open({ sub: 'far' }, another);
  await stage.open({ sub: 'far' }, another);
  const near = await stage.open({ sub: 'near' });
  const all = await listed(security);
  expect(all.map(({ principal }) => principal).sort()).toEqual(['far', 'far', 'near']);
  expect((await listed({ sub: 'far' })).map(({ principal }) => principal)).toEqual(['far', 'far']);
  const [first] = await listed({ sub: 'far' }, another);
  expect((await kill({ sub: 'near' }, first?.id ?? '')).status).toBe(404);
  expect((await kill({ sub: 'far' }, first?.id ?? '')).status).toBe(200);
  expect(await lastWord(client)).toMatchObject(killed);
  const ofNear = all.find(({ principal }) => principal === 'near')?.id ?? '';
  expect((await kill(security, ofNear, another)).status).toBe(200);
  expect(await lastWord(near)).toMatchObject(killed);
  expect(await listed(security, another)).toHaveLength(1);
  expect((await kill(security, '00000000-0000-4000-8000-000000000000')).status).toBe(404);
});

test('a process that does not answer is waited for a moment, and may have what is ended', async () => {
  const client = await stage.open({ sub: 'slow' }, another);
  const state = await stage.admin('state');
  // It was killed just now.
  await state.rows(
    "INSERT INTO portcullis.process (id, alive_until) VALUES (gen_random_uuid(), clock_timestamp() + interval '8 s')",
  );
  const { document } = await stage.ask(security, 'GET', 'sessions');
  expect(document).toMatchObject({ sessions: [{ principal: 'slow' }], silent: 1 });
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect((await kill({ sub: 'slow' }, unknown)).status).toBe(404);
  expect((await kill(security, unknown)).status).toBe(202);
  expect(await client.rows('SELECT 1')).toEqual([['1']]);
});

test.for([
  { name: 'an id that is none', method: 'DELETE', path: 'sessions/all', status: 404 },
  { name: 'a list that is posted', method: 'POST', path: 'sessions', status: 405 },
] as const)('$name is answered with $status', async ({ method, path, status }) => {
  expect((await stage.ask(security, method, path)).status).toBe(status);
});
