// The same bytes, sent to the server and through the gateway, are answered with the same bytes: whole, cut at any place,
// and with the server's answers cut at any place.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allow } from '../../gateway/session/index.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import fc from '../support/properties.ts';
import { frontend as f, type RawClient } from '../support/raw-client.ts';
import { at, type Cut, play, type Script, singleBytes, type Transcript, turns, whole } from './script.ts';
import { schema, scripts, utterances } from './scripts.ts';
import { Stage } from './support.ts';

let stage: Stage;
const proxies: FaultProxy[] = [];
/** What the server itself answers, once for each script. */
const known = new Map<string, Transcript>();

beforeAll(async () => {
  stage = await Stage.start({ schema, tls: true });
  for (const pieces of ['single', 'random'] as const) {
    const plan = () => ({ pieces, singleBytes: 1_000_000 });
    proxies.push(await startFaultProxy({ target: stage.postgres, seed: 7, plan }));
  }
  const [single, random] = proxies.map(({ port }) => port);
  await stage.gateway.reload(
    await stage.loadConfig({
      resources: [stage.resource('shop'), stage.resource('single', single), stage.resource('random', random)],
    }),
  );
});
beforeEach(() => stage.resetGuard());
afterEach(() => stage.hangUp());
afterAll(async () => {
  await stage?.stop();
  for (const proxy of proxies) await proxy.stop();
});

async function directly(script: Script): Promise<Transcript> {
  const transcript = known.get(script.name) ?? (await play(await stage.direct(), script));
  known.set(script.name, transcript);
  return transcript;
}

async function expectSame(script: Script, cut: Cut, open: () => Promise<RawClient>): Promise<void> {
  const direct = await directly(script);
  const through = await play(await open(), script, cut);
  expect(through.line).toBe(direct.line);
  expect(through.bytes.equals(direct.bytes)).toBe(true);
}

describe('as it is', () => {
  test.each(scripts)('$name', (script) => expectSame(script, whole, () => stage.open()));
});

describe('over TLS', () => {
  test.each(scripts)('$name', (script) => expectSame(script, whole, () => stage.open({ tls: 'request' })));
});

describe('the client’s bytes one at a time', () => {
  test.each(scripts)('$name', (script) => expectSame(script, singleBytes, () => stage.open()));
});

describe('the server’s bytes one at a time', () => {
  test.each(scripts)('$name', (script) =>
    expectSame(script, whole, () => stage.open({ resource: 'single' })),
  );
});

test('both sides’ bytes cut at random places', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...scripts),
      fc.array(fc.nat(), { maxLength: 12 }),
      async (script, places) => {
        await expectSame(script, at(...places), () => stage.open({ resource: 'random' }));
        stage.hangUp();
      },
    ),
    { numRuns: 150 },
  );
});

describe('cut in two at every place', () => {
  const chosen: Script[] = [
    {
      name: 'simple and extended',
      steps: [Buffer.concat([f.query('SELECT 1'), f.extended('SELECT $1::int', ['2']), f.sync()])],
    },
    {
      name: 'a COPY and what follows',
      steps: [
        Buffer.concat([
          f.query('COPY noisy FROM STDIN'),
          f.copyData('1\n'),
          f.copyDone(),
          f.query('SELECT 3'),
        ]),
      ],
    },
    {
      name: 'an error and its Sync',
      steps: [
        Buffer.concat([
          f.extended('SELECT 1/0'),
          f.flush(),
          f.closeStatement(''),
          f.sync(),
          f.extended('SELECT 4'),
          f.sync(),
        ]),
      ],
    },
  ];
  test.each(chosen)('$name', async (script) => {
    const direct = await directly(script);
    const client = await stage.open();
    for (let place = 1; place < (script.steps[0] as Buffer).length; place++) {
      const through = await play(client, script, at(place));
      expect(through.bytes.equals(direct.bytes), `behind byte ${place}`).toBe(true);
    }
  });
});

test('any order of messages is answered as the server answers it', { timeout: 400_000 }, async () => {
  const names = Object.keys(utterances);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 14 }),
      fc.array(fc.nat(), { maxLength: 4 }),
      fc.boolean(),
      async (order, places, slow) => {
        stage.decide = slow ? () => turns(1).then(() => allow) : () => allow;
        const script: Script = {
          name: '',
          steps: [
            Buffer.concat([
              ...order.map((name) => utterances[name]?.() ?? Buffer.alloc(0)),
              f.sync(),
              f.query('ROLLBACK'),
            ]),
          ],
        };
        const [direct, through] = [
          await play(await stage.direct(), script),
          await play(await stage.open(), script, at(...places)),
        ];
        expect(through.line).toBe(direct.line);
        expect(through.bytes.equals(direct.bytes)).toBe(true);
        stage.hangUp();
      },
    ),
    { numRuns: 300 },
  );
});

test('notifications arrive in their order, at an idle client, in a transaction and among its own answers', async () => {
  for (const open of [() => stage.direct(), () => stage.open(), () => stage.open({ resource: 'single' })]) {
    const listener = await open();
    await listener.rows('LISTEN channel');
    const sender = await stage.direct();
    await sender.rows("NOTIFY channel, 'one'");
    expect((await listener.receive()).notification.payload).toBe('one');
    await listener.rows('BEGIN');
    await sender.rows("NOTIFY channel, 'two'");
    listener.send(f.query('COMMIT'), f.query("NOTIFY channel, 'three'"), f.extended('SELECT 1'), f.sync());
    const payloads: string[] = [];
    for (let answered = 0; answered < 3 || payloads.length < 2; ) {
      const message = await listener.receive();
      if (message.type === 'Z') answered += 1;
      if (message.type !== 'A') continue;
      payloads.push(message.notification.payload);
      // Clients tell their own notifications by the process id of their cancel key.
      expect(message.notification.pid === listener.pid).toBe(message.notification.payload === 'three');
    }
    expect(payloads).toEqual(['two', 'three']);
  }
});
