// What an incoming webhook of Slack gets: a message for a request and one for its end, without anything to press.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { slackWebhook } from '../../../gateway/notification/index.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait.ts';
import { draft, everybodyMay, identity } from '../stage.ts';
import { channelName, rememberingLog, type Telling, tellOn } from './stage.ts';

let postgres: Postgres;
let folder: string;
let server: Server;
let urlFile: string;
let received: string[];
let replies: Readonly<{ status: number; body: string }>[];
let telling: Telling | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'slack-webhook-'));
  urlFile = join(folder, 'url');
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    received.push(text);
    const { status, body } = replies.shift() ?? { status: 200, body: 'ok' };
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  received = [];
  replies = [];
  await writeFile(
    urlFile,
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/secret\n`,
  );
});
afterEach(async () => {
  await telling?.notifications.close();
  await telling?.kill();
  telling = undefined;
});
afterAll(async () => {
  server.close();
  await postgres.stop();
  await rm(folder, { recursive: true });
});

const channel = () => slackWebhook({ name: channelName(), urlFile, ca: undefined });
const link = 'https://desk.example.com/{id}';

test('a request is told with the commands to answer it, and then how it ended', async () => {
  telling = await tellOn(postgres, [channel()], { link });
  const { approvals } = telling.side;
  const { id } = await approvals.ask(draft(`DELETE FROM t WHERE id = ${received.length}`));
  await waitUntil('the message', () => received.length === 1);
  expect(JSON.parse(received[0] ?? '')).toMatchObject({ text: expect.stringContaining('asks for approval') });
  expect(received[0]).toContain(`portcullis approvals approve ${id}`);
  expect(received[0]).toContain(`https://desk.example.com/${id}`);
  expect(received[0]).not.toMatch(/"(button|actions)"/);
  await approvals.answer(id, identity('dora'), { approves: true, words: 'go on' }, everybodyMay);
  await waitUntil('the end', () => received.length === 2);
  expect(received[1]).toContain('Approved by dora');
  expect(received[1]).not.toContain('approvals approve');
});

test('what somebody can put right is sent again, and its address is in no log', async () => {
  const { log, said } = rememberingLog();
  replies.push({ status: 404, body: 'no_service' }, { status: 500, body: '<html>' });
  telling = await tellOn(postgres, [channel()], { log });
  await telling.side.approvals.ask(draft(`DELETE FROM t WHERE id = ${received.length}`));
  await waitUntil('three attempts', () => received.length === 3);
  expect(new Set(received).size).toBe(1);
  await waitUntil('it to be told', () => said.length >= 1);
  expect(said.join()).toContain('Slack answers 404 no_service');
  await writeFile(urlFile, 'http://hooks.example.com/secret');
  await telling.side.approvals.ask(draft(`DELETE FROM t WHERE id = ${received.length}`));
  await waitUntil('it to be refused', () => said.join().includes('the file holds no https URL'));
  expect(said.join()).not.toContain('/secret');
});

test('a message that is not understood is given up, and nobody hears of its end', async () => {
  const { log, said } = rememberingLog();
  replies.push({ status: 400, body: 'invalid_blocks' });
  telling = await tellOn(postgres, [channel()], { log });
  const { approvals } = telling.side;
  const { id } = await approvals.ask(draft(`DELETE FROM t WHERE id = ${received.length}`));
  await waitUntil('it to be given up', () => said.join().includes('Slack answers 400 invalid_blocks'));
  await approvals.answer(id, identity('dora'), { approves: false, words: 'no' }, everybodyMay);
  const next = await approvals.ask(draft(`DELETE FROM t WHERE id = ${received.length}`));
  await waitUntil('the next', () => received.length === 2);
  expect(received[1]).toContain(next.id);
});
