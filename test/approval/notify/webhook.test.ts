// What a webhook's receiver gets: each event once as long as it takes it, in order, signed; and what is sent again.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/lib/index.ts';
import { type Channel, webhook } from '../../../gateway/notification/index.ts';
import { Outbox } from '../../../gateway/notification/outbox.ts';
import { requestDocument } from '../../../gateway/server/approval/request-document.ts';
import { createCertificates } from '../../support/certificates.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait.ts';
import { draft, everybodyMay, identity } from '../stage.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';
import { channelName, rememberingLog, type Telling, tellOn } from './stage.ts';

let postgres: Postgres;
let folder: string;
let secretFile: string;
let receiver: Receiver;
let name: string;
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const telling: Telling[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ version: 18 });
  folder = await mkdtemp(join(tmpdir(), 'webhook-'));
  secretFile = join(folder, 'secret');
});
beforeEach(async () => {
  await writeFile(secretFile, `${secret}\n`);
  receiver = await startReceiver({ secret });
  name = channelName();
});
afterEach(async () => {
  await receiver.stop();
  for (const { notifications, kill } of telling.splice(0)) {
    await notifications.close();
    await kill();
  }
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true });
});

const hook = (url = receiver.url, more: { ca?: string; milliseconds?: number } = {}): Channel =>
  webhook(
    { name, url, secretFile, ca: more.ca },
    { clock: systemClock, document: requestDocument, milliseconds: more.milliseconds },
  );

async function tell(
  ...[channels = [hook()], more]: [Channel[]?, Parameters<typeof tellOn>[2]?]
): Promise<Telling> {
  const told = await tellOn(postgres, channels, more);
  telling.push(told);
  return told;
}

const yes = { approves: true, words: 'go on' };
const of = (id: string) => receiver.received.filter(({ body }) => body.data.id === id);
const typesOf = (all: readonly Received[]) => all.map(({ body }) => body.type);
const received = (count: number) => waitUntil(`${count} events`, () => receiver.received.length >= count);

/** As when the client leaves. */
const withdraw = (side: Telling['side'], id: string) =>
  side.state.query(
    `UPDATE portcullis.request SET status = 'withdrawn', settled_at = clock_timestamp()
     WHERE id = $1 AND status = 'pending'`,
    [id],
  );

async function stored(side: Telling['side'], id: string) {
  return await side.state.query<{ event: string; status: string; attempts: number; problem: string | null }>(
    `SELECT event, status, attempts, problem FROM portcullis.delivery
     WHERE request_id = $1 AND channel = $2 ORDER BY created_at`,
    [id, name],
  );
}

async function ended(side: Telling['side'], id: string, status: string): Promise<void> {
  await waitUntil(`all of it to be ${status}`, async () =>
    (await stored(side, id)).every((delivery) => delivery.status === status),
  );
}

describe('an event', () => {
  test('comes signed, once, in the form of the schema, with the request as it was', async () => {
    const { side } = await tell([hook()], { link: 'https://gateway.example.com/requests/{id}' });
    const { id } = await side.approvals.ask(draft('first 1'));
    await received(1);
    await side.approvals.answer(id, identity('ada'), yes, everybodyMay);
    await received(2);
    await ended(side, id, 'delivered');
    expect(typesOf(of(id))).toEqual(['approval.requested', 'approval.approved']);
    expect(of(id).map(({ isGenuine }) => isGenuine)).toEqual([true, true]);
    expect(new Set(of(id).map((each) => each.id)).size).toBe(2);
    const [asked, approved] = of(id).map(({ body }) => body);
    expect(asked?.data).toMatchObject({ status: 'pending', answers: [], statement: 'first 1' });
    expect(asked?.data.link).toBe(`https://gateway.example.com/requests/${id}`);
    expect(approved?.data).toMatchObject({
      status: 'approved',
      answers: [{ approver: 'ada', words: 'go on' }],
    });
    const schema = JSON.parse(
      await readFile(new URL('../../../schemas/approval-event.schema.json', import.meta.url), 'utf8'),
    );
    const validate = new Ajv2020({ validateFormats: false }).compile(schema);
    for (const body of [asked, approved]) expect(validate(body) || validate.errors).toBe(true);
  });

  test('of a broken glass is an alarm, beside how the request ended', async () => {
    const { side } = await tell();
    const { id } = await side.approvals.ask(draft('glass 1', { break_glass: ['group:on-call'] }));
    await received(1);
    const alone = { approves: true, words: 'the shop is down', breaksGlass: true };
    await side.approvals.answer(id, identity('ada'), alone, everybodyMay);
    await received(3);
    expect(typesOf(of(id)).sort()).toEqual([
      'approval.approved',
      'approval.glass_broken',
      'approval.requested',
    ]);
    const alarm = of(id).find(({ body }) => body.type === 'approval.glass_broken');
    expect(alarm?.body.data).toMatchObject({ answers: [{ approver: 'ada', broke_glass: true }] });
    const schema = JSON.parse(
      await readFile(new URL('../../../schemas/approval-event.schema.json', import.meta.url), 'utf8'),
    );
    const validate = new Ajv2020({ validateFormats: false }).compile(schema);
    expect(validate(alarm?.body) || validate.errors).toBe(true);
  });

  test.for([
    {
      type: 'approval.denied',
      end: ({ approvals }: Telling['side'], id: string) =>
        approvals.answer(id, identity('ada'), { approves: false, words: 'no' }, everybodyMay),
    },
    {
      type: 'approval.withdrawn',
      end: (side: Telling['side'], id: string) => withdraw(side, id),
    },
    {
      type: 'approval.expired',
      end: ({ state, approvals }: Telling['side'], id: string) =>
        state
          .query('UPDATE portcullis.request SET expires_at = clock_timestamp() WHERE id = $1', [id])
          .then(() => approvals.expire()),
    },
  ])('$type tells how a request ended, once', async ({ type, end }) => {
    const { side } = await tell();
    const { id } = await side.approvals.ask(draft('end 1'));
    await end(side, id);
    await received(2);
    await withdraw(side, id);
    await ended(side, id, 'delivered');
    expect(typesOf(of(id))).toEqual(['approval.requested', type]);
  });

  test('is written with its request, or neither is', async () => {
    const { side } = await tell();
    const before = await side.state.query('SELECT id FROM portcullis.delivery WHERE channel = $1', [name]);
    await side.state
      .transaction(async (query) => {
        await query(
          `INSERT INTO portcullis.request SELECT (jsonb_populate_record(r, jsonb_build_object(
             'id', gen_random_uuid(), 'status', 'pending', 'settled_at', null))).* FROM portcullis.request r LIMIT 1`,
        );
        expect((await query('SELECT FROM portcullis.delivery WHERE channel = $1', [name])).length).toBe(
          before.length + 1,
        );
        throw new Error('changed my mind');
      })
      .catch(() => undefined);
    expect(await side.state.query('SELECT id FROM portcullis.delivery WHERE channel = $1', [name])).toEqual(
      before,
    );
  });

  test('holds nobody up: requests are made and answered while the receiver says nothing', async () => {
    receiver.replies.push(undefined);
    const { side } = await tell();
    const { id } = await side.approvals.ask(draft('held 1'));
    await received(1);
    expect((await side.approvals.answer(id, identity('ada'), yes, everybodyMay)).status).toBe('approved');
    expect(typesOf(of(id))).toEqual(['approval.requested']);
    receiver.hanging[0]?.writeHead(200).end();
    await received(2);
    expect(typesOf(of(id))).toEqual(['approval.requested', 'approval.approved']);
  });
});

describe('what is refused', () => {
  test.for([429, 500, 502, 503, 504, 404, 401, 408])('with %i comes again, the same', async (status) => {
    receiver.replies.push({ status }, { status });
    const { side } = await tell();
    const { id } = await side.approvals.ask(draft('again 1'));
    await received(3);
    await ended(side, id, 'delivered');
    expect(new Set(of(id).map((each) => `${each.id} ${each.text}`)).size).toBe(1);
    expect(of(id).every(({ isGenuine }) => isGenuine)).toBe(true);
    expect(await stored(side, id)).toMatchObject([{ attempts: 3, problem: null }]);
  });

  test.for([400, 413, 415, 422])('with %i does not come again', async (status) => {
    receiver.replies.push({ status });
    const { side, notifications } = await tell();
    const { id } = await side.approvals.ask(draft('never 1'));
    await ended(side, id, 'failed');
    expect(await stored(side, id)).toMatchObject([{ attempts: 1, problem: `HTTP ${status}` }]);
    expect(notifications.health).toMatchObject([{ name, kind: 'webhook', problem: `HTTP ${status}` }]);
    await withdraw(side, id);
    await received(2);
    expect(typesOf(of(id))).toEqual(['approval.requested', 'approval.withdrawn']);
  });

  test('with 410 is the last that is sent', async () => {
    receiver.replies.push({ status: 410 });
    const { log, said } = rememberingLog();
    const { side } = await tell([hook()], { log });
    const { id } = await side.approvals.ask(draft('gone 1'));
    await ended(side, id, 'failed');
    await side.approvals.ask(draft('gone 2'));
    await waitUntil('it to be said', () => said.length > 0);
    expect(said).toEqual([
      'error: notifications are wanted no more; none are sent until the next start (HTTP 410)',
    ]);
    expect(receiver.received.length).toBe(1);
  });

  test('comes again when the receiver says, not sooner', async () => {
    receiver.replies.push({ status: 429, headers: { 'retry-after': '1' } });
    const pauses = { firstMs: 1, longestMs: 60_000, giveUpMs: 3_600_000 };
    const { side } = await tell([hook()], { pauses });
    const { id } = await side.approvals.ask(draft('later 1'));
    await received(1);
    const since = performance.now();
    await ended(side, id, 'delivered');
    expect(receiver.received.length).toBe(2);
    expect(performance.now() - since).toBeGreaterThan(900);
  });

  test('is given up in the end', async () => {
    receiver.replies.push(...Array.from({ length: 100 }, () => ({ status: 500 })));
    const { log, said } = rememberingLog();
    const { side } = await tell([hook()], { log, pauses: { firstMs: 5, longestMs: 5, giveUpMs: 100 } });
    const { id } = await side.approvals.ask(draft('up 1'));
    await ended(side, id, 'failed');
    expect(said).toContain('error: notification given up (HTTP 500)');
  });

  test('by sending elsewhere is not sent there', async () => {
    const elsewhere = await startReceiver({ secret });
    receiver.replies.push({ status: 307, headers: { location: elsewhere.url } });
    const { side } = await tell();
    const { id } = await side.approvals.ask(draft('moved 1'));
    await ended(side, id, 'delivered');
    expect([receiver.received.length, elsewhere.received.length]).toEqual([2, 0]);
    await elsewhere.stop();
  });
});

describe('a receiver', () => {
  test('that is down is told when it is back, and whoever runs the gateway knows of it, once each', async () => {
    const port = Number(new URL(receiver.url).port);
    await receiver.stop();
    const { log, said } = rememberingLog();
    const { side, notifications } = await tell([hook()], { log });
    const { id } = await side.approvals.ask(draft('down 1'));
    await side.approvals.ask(draft('down 2'));
    await waitUntil('several attempts', async () => ((await stored(side, id))[0]?.attempts ?? 0) >= 3);
    expect(notifications.health).toEqual([
      { name, kind: 'webhook', waiting: expect.any(Number), problem: 'ECONNREFUSED' },
    ]);
    const samples = notifications.families().find((family) => family.name.endsWith('_problem'))?.samples;
    expect(samples).toEqual([{ labels: { channel: name }, value: 1 }]);
    receiver = await startReceiver({ secret, port });
    await ended(side, id, 'delivered');
    await waitUntil('it to be well', () => notifications.health[0]?.problem === undefined);
    expect(said).toEqual([
      'warn: notifications are not delivered; they are tried again (ECONNREFUSED)',
      'info: notifications are delivered again',
    ]);
  });

  test('that is too slow gets it again', async () => {
    receiver.replies.push(undefined);
    const { side } = await tell([hook(receiver.url, { milliseconds: 300 })]);
    const { id } = await side.approvals.ask(draft('slow 1'));
    await ended(side, id, 'delivered');
    expect(new Set(of(id).map((each) => each.id)).size).toBe(1);
    expect(of(id).length).toBeGreaterThan(1);
  });

  test('whose certificate nobody has signed is told nothing', async () => {
    const { ca, cert, key } = await createCertificates(folder);
    const secure = await startReceiver({
      secret,
      tls: { cert: await readFile(cert), key: await readFile(key) },
    });
    const { side, notifications } = await tell([hook(secure.url)]);
    const { id } = await side.approvals.ask(draft('tls 1'));
    await waitUntil('an attempt', () => notifications.health[0]?.problem !== undefined);
    expect(notifications.health[0]?.problem).toMatch(/CERT|SIGNATURE/);
    expect(secure.received).toEqual([]);
    await notifications.use({ channels: [hook(secure.url, { ca })], link: undefined });
    await ended(side, id, 'delivered');
    expect(secure.received.length).toBe(1);
    await secure.stop();
  });

  test('may have a new secret: the old one signs beside it', async () => {
    const next = `whsec_${randomBytes(32).toString('base64')}`;
    const { side } = await tell();
    await side.approvals.ask(draft('secret 1'));
    await received(1);
    await writeFile(secretFile, `${next}\n${secret}\n`);
    await side.approvals.ask(draft('secret 2'));
    await received(2);
    await writeFile(secretFile, next);
    await side.approvals.ask(draft('secret 3'));
    await received(3);
    expect(receiver.received.map(({ isGenuine }) => isGenuine)).toEqual([true, true, false]);
  });
});

describe('several gateways', () => {
  test('send each event once, whichever of them it is', async () => {
    const [one, other] = await Promise.all([tell(), tell()]);
    const ids = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const { approvals } = index % 2 === 0 ? one.side : other.side;
        return (await approvals.ask(draft(`many ${index}`))).id;
      }),
    );
    await Promise.all(ids.map((id) => withdraw(one.side, id)));
    for (const id of ids) await ended(one.side, id, 'delivered');
    expect(receiver.received.length).toBe(80);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(80);
    for (const id of ids) expect(typesOf(of(id))).toEqual(['approval.requested', 'approval.withdrawn']);
  });

  test('leave to another what it is just taking, and do not wait for it', async () => {
    const { side, notifications } = await tell();
    await notifications.close();
    await side.state.query(`INSERT INTO portcullis.channel VALUES ($1, $2)`, [side.processId, name]);
    const { id } = await side.approvals.ask(draft('lock 1'));
    const outbox = new Outbox(side.state);
    await side.state.transaction(async (query) => {
      await query('SELECT FROM portcullis.delivery WHERE request_id = $1 AND channel = $2 FOR UPDATE', [
        id,
        name,
      ]);
      expect(await outbox.take(name, 8, 60_000)).toEqual([]);
    });
    expect(await outbox.take(name, 8, 60_000)).toMatchObject([{ requestId: id, attempts: 1 }]);
    expect(await outbox.take(name, 8, 60_000)).toEqual([]);
  });

  test('say how a request ended only when one of them has told of its beginning', async () => {
    receiver.replies.push(undefined);
    const busy = await tell();
    const { id } = await busy.side.approvals.ask(draft('order 1'));
    await received(1);
    const idle = await tell();
    await withdraw(busy.side, id);
    // This one is told of by whoever isn't busy, who has seen then what else there is.
    await idle.side.approvals.ask(draft('order 2'));
    await received(2);
    expect(typesOf(of(id))).toEqual(['approval.requested']);
    receiver.hanging[0]?.writeHead(200).end();
    await ended(busy.side, id, 'delivered');
    expect(typesOf(of(id))).toEqual(['approval.requested', 'approval.withdrawn']);
  });

  test('send what a killed one has left, with its id', async () => {
    receiver.replies.push(undefined);
    const killed = await tell([hook()], { leaseMs: 800 });
    const { id } = await killed.side.approvals.ask(draft('killed 1'));
    await received(1);
    await killed.kill();
    const { side } = await tell([hook()], { leaseMs: 800 });
    await ended(side, id, 'delivered');
    const [first, second, ...more] = of(id);
    expect([second?.id, more]).toEqual([first?.id, []]);
  });

  test('know from its id what is answered only when another has sent it', async () => {
    receiver.replies.push(undefined);
    const slow = await tell([hook()], { leaseMs: 800 });
    const { id } = await slow.side.approvals.ask(draft('late 1'));
    await received(1);
    const { side } = await tell([hook()], { leaseMs: 800 });
    await ended(side, id, 'delivered');
    receiver.hanging[0]?.writeHead(500).end();
    await slow.notifications.close();
    expect(await stored(side, id)).toMatchObject([{ status: 'delivered' }]);
    expect(new Set(of(id).map((each) => each.id)).size).toBe(1);
  });

  test('send nothing that they have taken and slept over', async () => {
    const sleeper: Channel = { ...hook(), deliver: async () => expect.unreachable() };
    const { log, said } = rememberingLog();
    const drowsy = await tell([sleeper], { leaseMs: 200, log });
    await drowsy.notifications.start({
      ...{ state: drowsy.side.state, processId: drowsy.side.processId },
      read: async (id) => {
        await sleep(300);
        return await drowsy.side.approvals.get(id);
      },
    });
    const { id } = await drowsy.side.approvals.ask(draft('sleep 1'));
    await waitUntil(
      'it to be taken twice',
      async () => ((await stored(drowsy.side, id))[0]?.attempts ?? 0) >= 2,
    );
    expect(said).toEqual([]);
    const awake = await tell();
    await drowsy.notifications.close();
    await ended(awake.side, id, 'delivered');
    expect(of(id).length).toBe(1);
  });

  test('that have no channel say nothing, and one that ended is told nothing', async () => {
    const { side, notifications } = await tell();
    await notifications.use({ channels: [], link: undefined });
    const { id } = await side.approvals.ask(draft('none 1'));
    expect(await stored(side, id)).toEqual([]);
  });
});

test.for<{ what: string; text: string }>([
  { what: 'nothing', text: '' },
  { what: 'another form', text: 'a password' },
  { what: 'too short a key', text: `whsec_${randomBytes(8).toString('base64')}` },
])('a secret that is $what is a problem in words, without the secret', async ({ text }) => {
  await writeFile(secretFile, text);
  await expect(hook().check()).rejects.toThrow(/secret/);
  const { side, notifications } = await tell();
  await side.approvals.ask(draft('bad 1'));
  await waitUntil('an attempt', () => notifications.health[0]?.problem !== undefined);
  expect(notifications.health[0]?.problem).toMatch(/secret/);
  if (text !== '') expect(notifications.health[0]?.problem).not.toContain(text);
  expect(receiver.received).toEqual([]);
});
