// Strict mode: a portal that is executed once more after its end is sent to the server when the sink has that, or never.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PolicyStage } from '../../server/policy-stage.ts';
import { rules } from '../../server/standing/rules.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import { frontend as f, type RawClient, summary } from '../../support/raw-client.ts';
import { WaitTimeout, waitUntil } from '../../support/wait.ts';
import { answerJson, type HttpService, startHttpService } from './http-service.ts';

let stage: PolicyStage;
let gateway: GatewayProcess;
let web: HttpService;
let audit: object;
let isAway = false;
/** What the service is told has no answer before this. */
let held: Promise<void> = Promise.resolve();

beforeAll(async () => {
  web = await startHttpService(async (_, response) => {
    await held;
    return answerJson(response, isAway ? 503 : 200, {});
  });
  stage = await PolicyStage.start('CREATE TABLE items (id int)', rules);
  const sink = { kind: 'http', name: 'web', url: web.url, compress: false };
  audit = { mode: 'strict', strict_sink: 'web', strict_seconds: 30, sinks: [sink] };
  gateway = await stage.startAnother(undefined, { changes: { audit } });
});
afterEach(() => stage.hangUp());
afterAll(async () => {
  await gateway?.stop();
  await stage?.stop();
  await web?.stop();
});

/** Its portal has given all of its rows. A value that is too long for a shared line gives its events lines of their own. */
async function portalAtItsEnd(value: string): Promise<RawClient> {
  const client = await stage.open({}, gateway);
  await client.query('BEGIN');
  client.send(
    f.parse('SELECT $1::text FROM items'),
    f.bind({ portal: 'p', values: [value] }),
    f.execute('p'),
  );
  client.send(f.sync());
  expect(summary(await client.until('Z'))).toContain('Z(T)');
  return client;
}

const told = () => web.received.map(({ body }) => body).join('');
const intents = () => told().split('"type":"statement.intent"').length;

describe.each([
  ['in a line with others', 'short'],
  ['with a line of its own', 'x'.repeat(5_000)],
])('%s', (_, value) => {
  test('it waits for the sink, and runs', async () => {
    const client = await portalAtItsEnd(value);
    const before = intents();
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    held = promise;
    client.send(f.execute('p'), f.sync());
    let isAnswered = false;
    const answered = client.until('Z').finally(() => {
      isAnswered = true;
    });
    try {
      await waitUntil('the sink to be told', () => intents() > before || undefined);
      // The server would have answered before it answers these.
      for (let round = 0; round < 3; round++) await (await stage.admin()).rows('SELECT 1');
      expect(isAnswered).toBe(false);
    } finally {
      answer();
    }
    expect(summary(await answered)).toMatch(/C\(SELECT 0\).*Z\(T\)/);
  });

  test('its session ends where the sink is away, and goes on to nothing', async () => {
    const client = await portalAtItsEnd(value);
    isAway = true;
    const other = await stage.open({}, gateway);
    await expect(other.rows('SELECT 1 FROM items')).rejects.toThrow('58030');
    client.send(f.execute('p'), f.sync());
    const answer = await client.until('Z');
    expect(answer.at(-1)?.fields).toMatchObject({ S: 'FATAL', C: '58030' });
    isAway = false;
    await waitUntil('the sink to be back', async () => {
      const again = await other.query('SELECT 1 FROM items');
      return again.every(({ type }) => type !== 'E') || undefined;
    });
  });
});

test('a reload takes no strictness away: that is for the next start', async () => {
  const before = stage.audit;
  stage.audit = { ...audit, mode: 'journal', strict_sink: undefined };
  const another = await stage.startAnother(undefined, { changes: { audit } });
  try {
    await another.reload({ ...stage.configuration, audit: stage.audit });
    const client = await stage.open({}, another);
    let release = (): void => undefined;
    held = new Promise((resolve) => {
      release = resolve;
    });
    client.send(f.query('SELECT count(*) FROM items'));
    await waitUntil('the sink to be asked', () => told().includes('count(*) FROM items'));
    await expect(client.receive(300)).rejects.toThrow(WaitTimeout);
    release();
    expect(summary(await client.until('Z'))).toContain('Z(I)');
  } finally {
    stage.audit = before;
    held = Promise.resolve();
    await another.stop();
  }
});
