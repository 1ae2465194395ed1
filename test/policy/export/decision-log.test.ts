// The decision log against a service on loopback.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DecisionLogConfig } from '../../../gateway/config/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { DecisionLog } from '../../../gateway/policy/export/decision-log.ts';
import { createCertificates } from '../../support/certificates.ts';
import { type DecisionService, startDecisionService } from '../../support/decision-service.ts';
import { waitUntil } from '../../support/wait.ts';
import { decisionRecord } from './records.ts';

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function service(...tls: Parameters<typeof startDecisionService>): Promise<DecisionService> {
  const started = await startDecisionService(...tls);
  ended.push(started.stop);
  return started;
}

function decisionLog(
  url: string,
  config: Partial<DecisionLogConfig> = {},
  onChange?: () => void,
): DecisionLog {
  const log = new DecisionLog(
    {
      url,
      labels: { site: 'berlin' },
      min_seconds: 0.02,
      max_seconds: 0.05,
      buffer_bytes: 16_777_216,
      ...config,
    },
    { id: 'gateway-1', version: '0.1.0' },
    { log: silentLog, ...(onChange === undefined ? {} : { onChange }) },
  );
  ended.push(() => log.close(0));
  return log;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'decision-log-'));
  ended.push(() => rm(folder, { recursive: true }));
  return folder;
}

const numbered = (at: number) => decisionRecord({ decisionId: `d${at}` });
const ids = (events: Record<string, unknown>[]): unknown[] => events.map((event) => event.decision_id);
const upTo = (count: number): string[] => Array.from({ length: count }, (_, at) => `d${at}`);

describe('the decision log', () => {
  it('posts gzipped arrays of events to /logs, in their order', async () => {
    const { url, requests, events } = await service();
    const log = decisionLog(url);
    for (let at = 0; at < 50; at += 1) log.record(numbered(at));
    await waitUntil('all events', () => events().length === 50);
    expect(ids(events())).toEqual(upTo(50));
    expect(requests[0]).toMatchObject({
      path: '/logs',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
    expect(events()[0]?.labels).toEqual({ id: 'gateway-1', version: '0.1.0', site: 'berlin' });
    await waitUntil('the count', () => log.status().uploaded === 50);
    expect(log.status()).toMatchObject({
      recorded: 50,
      lost: 0,
      withheld: 0,
      waiting: 0,
      problem: undefined,
    });
  });

  it('posts to the URL itself when it has a path', async () => {
    const { url, requests } = await service();
    decisionLog(`${url}/logs/team/a`).record(numbered(0));
    await waitUntil('an upload', () => requests.length > 0);
    expect(requests[0]?.path).toBe('/logs/team/a');
  });

  it('sends parts of limited size', async () => {
    const { url, requests, events } = await service();
    const log = decisionLog(url);
    const input = { text: 'x'.repeat(50_000) };
    for (let at = 0; at < 20; at += 1)
      log.record(decisionRecord({ decisionId: `d${at}`, input: () => input }));
    await waitUntil('all events', () => events().length === 20);
    for (const { body } of requests) expect(JSON.stringify(body).length).toBeLessThan(256 * 1024 + 2);
    expect(ids(events())).toEqual(upTo(20));
  });

  it('keeps the events while the service is away, and sends each of them once', async () => {
    const changes: (string | undefined)[] = [];
    const { url, answer, refused, events } = await service();
    answer(503);
    const log: DecisionLog = decisionLog(url, {}, () => changes.push(log.status().problem));
    for (let at = 0; at < 10; at += 1) log.record(numbered(at));
    await waitUntil('two attempts', () => refused.length >= 2);
    expect(log.status()).toMatchObject({ httpStatus: 503, uploaded: 0, waiting: 10 });
    answer(200);
    await waitUntil('all events', () => events().length >= 10);
    await waitUntil('the count', () => log.status().uploaded === 10);
    expect(ids(events())).toEqual(upTo(10));
    expect(changes).toEqual(['the service answered with HTTP 503', undefined]);
  });

  it('leaves out what the service finds too large, and goes on', async () => {
    const { url, answer, refused, events } = await service();
    answer(413);
    const log = decisionLog(url);
    log.record(numbered(0));
    await waitUntil('a refusal', () => refused.length === 1 && log.status().lost === 1);
    answer(200);
    log.record(numbered(1));
    await waitUntil('the other', () => events().length === 1);
    expect(ids(events())).toEqual(['d1']);
    expect(refused.length).toBe(1);
  });

  it('drops the oldest of too many, counts them, and sends the newest', async () => {
    const { url, answer, events } = await service();
    answer(500);
    const log = decisionLog(url, { buffer_bytes: 65_536 });
    for (let at = 0; at < 2_000; at += 1) log.record(numbered(at));
    expect(log.status().lost).toBeGreaterThan(1_000);
    answer(200);
    await waitUntil('the rest', () => log.status().waiting === 0);
    const { lost, uploaded } = log.status();
    expect(lost + uploaded).toBe(2_000);
    const arrived = ids(events());
    expect(arrived.at(-1)).toBe('d1999');
    expect(arrived).toEqual(upTo(2_000).slice(2_000 - arrived.length));
  });

  it('counts what rules drop and withhold', async () => {
    const { url, events } = await service();
    const log = decisionLog(url);
    log.record(decisionRecord({ rules: { drop: () => true, mask: () => undefined } }));
    log.record(decisionRecord({ rules: { drop: () => undefined, mask: () => 'no list' } }));
    await waitUntil('one event', () => log.status().uploaded === 1);
    expect(log.status()).toMatchObject({ recorded: 2, dropped: 1, withheld: 1 });
    expect(events()[0]?.erased).toEqual(['/input', '/result']);
  });

  it('does not go on asking a rule that fails and takes long to', async () => {
    const { url } = await service();
    const log = decisionLog(url);
    let asked = 0;
    const slow = (): never => {
      asked += 1;
      const end = performance.now() + 30;
      while (performance.now() < end);
      throw new Error('out of steps');
    };
    const rules = { drop: () => undefined, mask: slow };
    for (let at = 0; at < 20; at += 1) log.record(decisionRecord({ rules }));
    log.record(decisionRecord());
    await waitUntil('all events', () => log.status().uploaded === 21);
    expect(log.status().withheld).toBe(20);
    expect(asked).toBe(1);
  });

  it('does nothing of its work while the statement is decided', () => {
    const log = decisionLog('http://127.0.0.1:9');
    const touched = (): never => {
      throw new Error('asked at once');
    };
    log.record(decisionRecord({ input: touched, rules: { drop: touched, mask: touched } }));
    expect(log.status()).toMatchObject({ recorded: 1, withheld: 0, waiting: 1 });
  });

  it('sends what there is when it closes', async () => {
    const { url, events } = await service();
    const log = decisionLog(url, { min_seconds: 3_600, max_seconds: 3_600 });
    for (let at = 0; at < 500; at += 1) log.record(numbered(at));
    await log.close();
    expect(ids(events())).toEqual(upTo(500));
  });

  it('closes in time when the service does not answer', async () => {
    const { url, answer } = await service();
    answer(500);
    const log = decisionLog(url, { min_seconds: 3_600, max_seconds: 3_600 });
    log.record(numbered(0));
    await log.close(200);
    expect(log.status()).toMatchObject({ uploaded: 0, waiting: 1 });
  });
});

describe('the service', () => {
  it('is told the token as it is in its file at that moment', async () => {
    const token = join(await temporaryFolder(), 'token');
    await writeFile(token, 'one\n');
    const { url, requests } = await service();
    const log = decisionLog(url, { bearer_token_file: token });
    log.record(numbered(0));
    await waitUntil('an upload', () => requests.length === 1);
    await writeFile(token, 'two\n');
    log.record(numbered(1));
    await waitUntil('another', () => requests.length === 2);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
  });

  it('shows a certificate, and is shown one', async () => {
    const folder = await temporaryFolder();
    const { ca, cert, key, issue } = await createCertificates(folder);
    const client = await issue('gateway', { commonName: 'gateway' });
    const tls = { ca: await readFile(ca), cert: await readFile(cert), key: await readFile(key) };
    const { url, events } = await service({ ...tls, requestCert: true, rejectUnauthorized: true });
    const [trusting, known, unknown] = [
      decisionLog(url, { ...client }),
      decisionLog(url, { ca, ...client }),
      decisionLog(url, { ca }),
    ];
    for (const log of [trusting, unknown]) log.record(numbered(0));
    known.record(numbered(1));
    await waitUntil('an upload', () => known.status().uploaded === 1);
    await waitUntil('failures', () => trusting.status().problem && unknown.status().problem);
    expect(ids(events())).toEqual(['d1']);
  });

  it.each(['http://control.example.com', 'ftp://127.0.0.1', 'nowhere'])(
    'is not reached in the clear or by a URL that is none: %s',
    async (url) => {
      const log = decisionLog(url);
      log.record(numbered(0));
      const problem = await waitUntil('a problem', () => log.status().problem);
      expect(problem).toMatch(/must be reached over https|is none/);
    },
  );
});
