// Requests in Slack, and answers from there. Slack is a double here (slack-double.ts): nothing of this has met the real
// one. The endpoint, the state database and the policy's part are the gateway's own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Admin, startAdmin } from '../../../gateway/admin/index.ts';
import type { MayApprove } from '../../../gateway/approval/index.ts';
import type { Config } from '../../../gateway/config/index.ts';
import type { Principal } from '../../../gateway/identity/index.ts';
import { Fault, silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { answerApi } from '../../../gateway/server/api/answer-api.ts';
import { identityOf } from '../../../gateway/server/asker.ts';
import { channelOf } from '../../../gateway/server/notification/channels.ts';
import { slackRoute } from '../../../gateway/server/notification/slack-route.ts';
import { KnownPeople } from '../../../gateway/server/people/known-people.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait.ts';
import { draft, everybodyMay, identity, nobodyMay } from '../stage.ts';
import {
  botToken,
  channelId,
  person,
  pressed,
  type Sent,
  type SlackDouble,
  signedRequest,
  signingSecret,
  startSlackDouble,
  submitted,
} from './slack-double.ts';
import { channelName, type Telling, tellOn } from './stage.ts';

let postgres: Postgres;
let folder: string;
let slack: SlackDouble;
let told: Telling;
let admin: Admin;
let people: KnownPeople;
let config: Config['approvals'];
let mayApprove: MayApprove;
let name: string;
const withdrawn = new Set<string>();

beforeAll(async () => {
  postgres = await startPostgres({ version: 18 });
  folder = await mkdtemp(join(tmpdir(), 'slack-'));
  await writeFile(join(folder, 'token'), `${botToken}\n`);
  await writeFile(join(folder, 'secret'), `${signingSecret}\n`);
});
beforeEach(async () => {
  slack = await startSlackDouble();
  name = channelName();
  mayApprove = everybodyMay;
  withdrawn.clear();
  config = {
    remind_seconds: 60,
    people: { email_claim: 'email', unverified_email: false, seen_within_days: 7 },
    notify: [
      {
        ...{ kind: 'slack', name, channel: channelId, api_url: slack.apiUrl },
        ...{ bot_token_file: join(folder, 'token'), signing_secret_file: join(folder, 'secret') },
      },
    ],
  };
  told = await tellOn(
    postgres,
    config.notify.map((each) => channelOf(each, systemClock)),
    {
      link: 'https://gateway.example.com/requests/{id}',
    },
  );
  const { state, approvals } = told.side;
  await state.query('DELETE FROM portcullis.known_person');
  people = new KnownPeople({ config: () => config, log: silentLog });
  people.start(state);
  const route = slackRoute({
    ...{ config: () => config, approvals: async () => approvals, state: async () => state },
    ...{ mayApprove: () => mayApprove, people, clock: systemClock, log: silentLog },
    identityOf: (principal) => {
      if (withdrawn.has(principal.name)) throw new Fault('access_withdrawn');
      return identityOf(principal);
    },
  });
  admin = await startAdmin(
    { host: '127.0.0.1', port: 0, administrators: [] },
    {
      ...{ log: silentLog, health: async () => [], metrics: async () => [] },
      api: (request) =>
        answerApi(request, {
          verifyToken: async () => expect.unreachable('nobody here has a token'),
          ...{ identityOf, routes: {}, signed: { '/v1/slack/interactions': route } },
        }),
    },
  );
});
afterEach(async () => {
  await admin.close();
  await told.notifications.close();
  await told.kill();
  await slack.stop();
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true });
});

const ada: Principal = {
  ...{ name: 'ada', kind: 'human', issuer: 'https://login.example.com', subject: 'ada', scopes: [] },
  groups: ['dba'],
  claims: { email: 'Ada@Example.com', email_verified: true },
  actor: undefined,
  auth: { method: 'oidc', expiresAt: undefined, keyId: undefined, tokenId: undefined },
};

async function knows(principal: Principal): Promise<void> {
  people.seen(principal);
  await waitUntil('it to be written down', async () => (await people.find('ada@example.com')).length > 0);
}

const send = (payload: Record<string, unknown>, sent?: Sent) =>
  fetch(`http://127.0.0.1:${admin.port}/v1/slack/interactions`, signedRequest(payload, sent));

async function waits(what: string, terms = {}, more = {}): Promise<string> {
  const { id } = await told.side.approvals.ask(draft(what, terms, more));
  await waitUntil('the message', () => message(id));
  return id;
}

/** The message about a request, as it is now. */
const message = (id: string) =>
  [...slack.messages.values()].find((each) => JSON.stringify(each).includes(id));

const statusOf = async (id: string) => (await told.side.approvals.get(id)).status;
const said = () => waitUntil('words', () => slack.ephemeral.at(-1)?.text as string | undefined);

describe('a message', () => {
  test('says who wants what and has buttons, until it says how it ended', async () => {
    const id = await waits('DELETE FROM <!channel> `t`');
    const first = JSON.stringify(message(id));
    for (const words of [
      'agent:mailer asks for approval on shop',
      'Deletes rows.',
      'group:dba',
      'DELETE FROM <!channel>',
    ])
      expect(first).toContain(words);
    expect(first).toContain(`https://gateway.example.com/requests/${id}`);
    // Outside of what Slack takes as it is there is nothing of the statement.
    expect(message(id)?.text).toBe('agent:mailer asks for approval on shop');
    const answer = { approves: false, words: 'use the archive' };
    await told.side.approvals.answer(id, identity('dora'), answer, everybodyMay);
    await waitUntil('the change', () =>
      String([...slack.messages.values()][0]?.text).startsWith('Denied by dora'),
    );
    const last = JSON.stringify([...slack.messages.values()][0]);
    expect(last).toContain('use the archive');
    expect(last).not.toContain('"actions"');
    expect(slack.messages.size).toBe(1);
  });

  test('is an alarm of its own when somebody broke the glass', async () => {
    const { id } = await told.side.approvals.ask(draft('glass 1', { break_glass: ['group:on-call'] }));
    const alone = { approves: true, words: 'the shop is down', breaksGlass: true };
    await told.side.approvals.answer(id, identity('dora'), alone, everybodyMay);
    const alarm = 'ALARM: dora broke the glass: approved alone for agent:mailer on shop';
    await waitUntil('the alarm', () => [...slack.messages.values()].some(({ text }) => text === alarm));
  });

  test.for([
    { what: 'a rate limit', refusals: [{ status: 429, after: '1' }], end: 'delivered' },
    { what: 'a failure of Slack', refusals: [{ status: 503 }], end: 'delivered' },
    { what: 'a channel that the bot is not in', refusals: [{ error: 'not_in_channel' }], end: 'delivered' },
    {
      what: 'a message that Slack does not understand',
      refusals: [{ error: 'invalid_blocks' }],
      end: 'failed',
    },
  ])('after $what is $end', async ({ refusals, end }) => {
    slack.refusals.set('chat.postMessage', [...refusals]);
    const { id } = await told.side.approvals.ask(draft('refused 1'));
    await waitUntil('its end', async () => {
      const [row] = await told.side.state.query<{ status: string }>(
        'SELECT status FROM portcullis.delivery WHERE request_id = $1 AND channel = $2',
        [id, name],
      );
      return row?.status === end;
    });
    expect(slack.messages.size).toBe(end === 'delivered' ? 1 : 0);
  });
});

describe('an answer', () => {
  test('of whom the gateway knows by their address counts, and the message says so', async () => {
    await knows(ada);
    slack.users.set('U1', person('ada@example.com'));
    const id = await waits('approve 1');
    const { status } = await send(pressed('U1', 'approve', id));
    expect(status).toBe(200);
    await waitUntil('it to be approved', async () => (await statusOf(id)) === 'approved');
    expect((await told.side.approvals.get(id)).votes).toMatchObject([{ approver: 'ada', approves: true }]);
    await waitUntil('the change', () =>
      String([...slack.messages.values()][0]?.text).startsWith('Approved by ada'),
    );
    expect(slack.ephemeral).toEqual([]);
  });

  test('that refuses is asked for words, which whoever asked reads', async () => {
    await knows(ada);
    slack.users.set('U1', person('ada@example.com'));
    const id = await waits('deny 1');
    await send(pressed('U1', 'deny', id));
    const [dialog] = slack.dialogs;
    expect(await statusOf(id)).toBe('pending');
    await send(submitted('U1', dialog ?? {}, 'ask the owner'));
    await waitUntil('it to be denied', async () => (await statusOf(id)) === 'denied');
    expect((await told.side.approvals.get(id)).words).toBe('ask the owner');
  });

  test('is one of several where several are needed', async () => {
    await knows(ada);
    slack.users.set('U1', person('ada@example.com'));
    const id = await waits('two 1', { count: 2 });
    await send(pressed('U1', 'approve', id));
    expect(await said()).toBe('Your approval counts: 1 of 2.');
    expect(await statusOf(id)).toBe('pending');
  });

  test('asks the policy with the groups that their token had', async () => {
    await knows(ada);
    slack.users.set('U1', person('ada@example.com'));
    const asked: unknown[] = [];
    mayApprove = (question) => {
      asked.push(question.approver);
      return nobodyMay(question);
    };
    const id = await waits('policy 1');
    await send(pressed('U1', 'approve', id));
    expect(await said()).toMatch(/^Your answer does not count: .*"test\.none": Not you\./);
    expect(asked).toMatchObject([{ principal: 'ada', groups: ['dba'], kind: 'human' }]);
    expect(await statusOf(id)).toBe('pending');
  });

  test.for<{ who: string; user: object; words: RegExp }>([
    { who: 'another workspace', user: person('ada@example.com', { team_id: 'T0OTHER' }), words: /workspace/ },
    { who: 'a stranger', user: person('ada@example.com', { is_stranger: true }), words: /workspace/ },
    { who: 'somebody who left', user: person('ada@example.com', { deleted: true }), words: /no person/ },
    { who: 'a bot', user: person('ada@example.com', { is_bot: true }), words: /no person/ },
    {
      who: 'an address that is not confirmed',
      ...{ user: person('ada@example.com', { is_email_confirmed: false }), words: /not confirmed/ },
    },
    { who: 'no address', user: person('', {}), words: /users:read\.email/ },
    {
      who: 'somebody who never logged in',
      user: person('eve@example.com'),
      words: /Log in once.*portcullis login/,
    },
  ])('of $who does not count', async ({ user, words }) => {
    await knows(ada);
    slack.users.set('U1', user as Record<string, unknown>);
    const id = await waits('who 1');
    await send(pressed('U1', 'approve', id));
    expect(await said()).toMatch(words);
    expect(await statusOf(id)).toBe('pending');
  });

  test('of whoever asked themselves does not count', async () => {
    await knows(ada);
    slack.users.set('U1', person('ada@example.com'));
    const forAda = identity('assistant', { actor: { subject: 'ada', issuer: ada.issuer } });
    const id = await waits('own 1', {}, { identity: forAda });
    await send(pressed('U1', 'approve', id));
    expect(await said()).toMatch(/^Your answer does not count/);
    expect(await statusOf(id)).toBe('pending');
  });

  test('of whom the access was withdrawn from, or was not seen for long, does not count', async () => {
    await knows(ada);
    slack.users.set('U1', person('ada@example.com'));
    const id = await waits('gone 1');
    withdrawn.add('ada');
    await send(pressed('U1', 'approve', id));
    expect(await said()).toMatch(/^Your answer does not count/);
    withdrawn.clear();
    await told.side.state.query(`UPDATE portcullis.known_person SET seen_at = seen_at - interval '8 days'`);
    await send(pressed('U1', 'approve', id), { seconds: 1 });
    await waitUntil('other words', () => /Log in once/.test(String(slack.ephemeral.at(-1)?.text)));
    expect(await statusOf(id)).toBe('pending');
  });

  test('of an address that two people have does not count', async () => {
    await knows(ada);
    people.seen({ ...ada, name: 'ada@elsewhere', issuer: 'https://elsewhere.example.com' });
    await waitUntil('both', async () => (await people.find('ada@example.com')).length === 2);
    slack.users.set('U1', person('ada@example.com'));
    const id = await waits('two people');
    await send(pressed('U1', 'approve', id));
    expect(await said()).toMatch(/several people/);
    expect(await statusOf(id)).toBe('pending');
  });
});

test.for<{ who: string; principal: Partial<Principal> }>([
  { who: 'an agent', principal: { kind: 'agent' } },
  {
    who: 'somebody through an agent',
    principal: { actor: { subject: 'bot', issuer: undefined, actor: undefined } },
  },
  { who: 'an address that is not verified', principal: { claims: { email: 'ada@example.com' } } },
  {
    who: 'an address that is said to be verified',
    principal: { claims: { email: 'ada@example.com', email_verified: 'true' } },
  },
  { who: 'an access key', principal: { auth: { ...ada.auth, method: 'access_key' } } },
])('$who is nobody who could answer in Slack', async ({ principal }) => {
  people.seen({ ...ada, ...principal });
  people.seen({
    ...ada,
    name: 'bob',
    subject: 'bob',
    claims: { email: 'bob@example.com', email_verified: true },
  });
  await waitUntil('the next', async () => (await people.find('bob@example.com')).length > 0);
  expect(await people.find('ada@example.com')).toEqual([]);
});

describe('what is not from Slack does nothing', () => {
  test.for<{ what: string; sent: Sent; status: number }>([
    { what: 'another secret', sent: { secret: 'guessed' }, status: 401 },
    { what: 'an empty secret', sent: { secret: '' }, status: 401 },
    { what: 'too old a time', sent: { seconds: -301 }, status: 401 },
    { what: 'a time to come', sent: { seconds: 400 }, status: 401 },
    { what: 'no payload', sent: { body: 'hello' }, status: 200 },
  ])('$what', async ({ sent, status }) => {
    await knows(ada);
    slack.users.set('U1', person('ada@example.com'));
    const id = await waits('forged 1');
    expect((await send(pressed('U1', 'approve', id), sent)).status).toBe(status);
    expect(slack.calls.filter(({ method }) => method === 'users.info')).toEqual([]);
    expect(await statusOf(id)).toBe('pending');
  });

  test('no signature, another body, another method', async () => {
    const id = await waits('forged 2');
    const url = `http://127.0.0.1:${admin.port}/v1/slack/interactions`;
    const genuine = signedRequest(pressed('U1', 'approve', id));
    const other = signedRequest(pressed('U2', 'approve', id)).body;
    const { 'x-slack-signature': _, ...unsigned } = genuine.headers;
    const answers = await Promise.all([
      fetch(url, { ...genuine, headers: unsigned }),
      fetch(url, { ...genuine, body: other }),
      fetch(url),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 405]);
    expect(slack.calls.filter(({ method }) => method === 'users.info')).toEqual([]);
  });

  test('a copy of what Slack sent is taken for none', async () => {
    await knows(ada);
    slack.users.set('U1', person('ada@example.com'));
    const id = await waits('copy 1', { count: 2 });
    const url = `http://127.0.0.1:${admin.port}/v1/slack/interactions`;
    const sent = signedRequest(pressed('U1', 'approve', id));
    expect((await fetch(url, sent)).status).toBe(200);
    await said();
    expect((await fetch(url, sent)).status).toBe(200);
    // What comes behind the copy is done when its words are there.
    slack.users.set('U2', person('eve@example.com'));
    await send(pressed('U2', 'approve', id));
    await waitUntil('words for another', () => slack.ephemeral.some(({ user }) => user === 'U2'));
    const looks = slack.calls.filter(({ method, given }) => method === 'users.info' && given.user === 'U1');
    expect(looks.length).toBe(1);
    expect((await told.side.approvals.get(id)).votes.length).toBe(1);
  });
});
