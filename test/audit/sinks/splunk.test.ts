// Splunk's HTTP Event Collector, as a real server that behaves like one: with indexer acknowledgement, without, and with an
// indexer that never has what the collector took.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { waitUntil } from '../../support/wait.ts';
import { answerJson, type Behaviour, type HttpService, startHttpService } from './http-service.ts';
import { openStage, secret, sinkConfig, temporaryFolder } from './stage.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Collector = HttpService &
  Readonly<{
    /** What an indexer has, by the event's id. */
    indexed: Map<string, { time: number; host: string; index: string; event: { id: string; type: string } }>;
    /** How often an acknowledgement says no first; Infinity for an indexer that never gets it. */
    state: { looks: number; acknowledges: boolean };
  }>;

async function startCollector(): Promise<Collector> {
  const indexed: Collector['indexed'] = new Map();
  const state = { looks: 2, acknowledges: true };
  const pending = new Map<string, { looks: number; body: string }>();
  const answer: Behaviour = ({ path, headers, body }, response) => {
    if (headers.authorization !== `Splunk ${secret}`)
      return answerJson(response, 403, { text: 'Invalid token', code: 4 });
    const channel = String(headers['x-splunk-request-channel'] ?? '');
    if (channel === '') return answerJson(response, 400, { text: 'Data channel is missing', code: 10 });
    if (path === '/services/collector/event') {
      const ackId = pending.size;
      pending.set(`${channel} ${ackId}`, { looks: state.looks, body });
      return answerJson(response, 200, {
        text: 'Success',
        code: 0,
        ...(state.acknowledges ? { ackId } : {}),
      });
    }
    if (path !== '/services/collector/ack') return false;
    const { acks } = JSON.parse(body) as { acks: number[] };
    const told = acks.map((id) => {
      const batch = pending.get(`${channel} ${id}`);
      if (batch === undefined || batch.looks-- > 0) return [id, false];
      for (const line of batch.body.split('\n')) {
        const entry = JSON.parse(line);
        indexed.set(entry.event.id, entry);
      }
      return [id, true];
    });
    return answerJson(response, 200, { acks: Object.fromEntries(told) });
  };
  const service = await startHttpService(answer);
  closing.push(() => service.stop());
  return { ...service, indexed, state };
}

async function stageFor(url: string, more: object = {}) {
  const token = join(await temporaryFolder(), 'token');
  await writeFile(token, secret);
  const config = { kind: 'http', name: 'splunk', url, shape: 'splunk', token_file: token, ...more } as const;
  const stage = await openStage([sinkConfig(config)]);
  closing.push(() => stage.close());
  return stage;
}

test('nothing counts as stored before an indexer has it', async () => {
  const collector = await startCollector();
  const { append, shipped } = await stageFor(collector.url, { index: 'security' });
  const sent = append(300);
  await shipped();
  expect([...collector.indexed.keys()]).toEqual(expect.arrayContaining(sent));
  const entry = collector.indexed.get(sent[0] as string);
  expect(entry).toMatchObject({
    index: 'security',
    source: 'portcullis',
    sourcetype: 'portcullis:audit',
    fields: { event_id: sent[0] },
    event: { type: 'statement.intent', subjects: { session: { principal: 'agent:bot-0' } } },
  });
  expect(Math.abs((entry?.time ?? 0) - Date.now() / 1000)).toBeLessThan(60);
});

test('an indexer that never has what the collector took is found, and the events come again', async () => {
  const collector = await startCollector();
  collector.state.looks = Number.POSITIVE_INFINITY;
  const { append, shipped, report } = await stageFor(collector.url, { timeout_seconds: 0.3 });
  const sent = append(10);
  await waitUntil('it to be away', () => report('splunk').state === 'away');
  expect(report('splunk')).toMatchObject({
    because: 'lied',
    problem: 'it took the events, and no indexer acknowledges them',
  });
  expect(report('splunk').behind).toBeGreaterThanOrEqual(10);
  collector.state.looks = 0;
  await shipped();
  expect([...collector.indexed.keys()]).toEqual(expect.arrayContaining(sent));
});

test('a token without indexer acknowledgement is said to lack it, or is taken as it is', async () => {
  const collector = await startCollector();
  collector.state.acknowledges = false;
  const asked = await stageFor(collector.url);
  asked.append(3);
  await waitUntil('it to be away', () => asked.report('splunk').state === 'away');
  expect(asked.report('splunk').problem).toMatch(/turn indexer acknowledgement on/);
  const taken = await stageFor(collector.url, { acknowledgement: false });
  taken.append(3);
  await taken.shipped();
});

test('a wrong token is told in its own words', async () => {
  const collector = await startCollector();
  const token = join(await temporaryFolder(), 'token');
  await writeFile(token, 'another');
  const { append, report } = await stageFor(collector.url, { token_file: token });
  append(3);
  await waitUntil('it to be away', () => report('splunk').state === 'away');
  expect(report('splunk')).toMatchObject({
    because: 'unavailable',
    problem: 'it answers 403: Invalid token',
  });
});
