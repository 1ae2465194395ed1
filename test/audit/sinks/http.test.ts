// Events to services over HTTP, against a real server that behaves as such services do, on good days and on bad ones.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createCertificates } from '../../support/certificates.ts';
import { waitUntil } from '../../support/wait.ts';
import {
  answerJson,
  type Behaviour,
  type HttpService,
  type Received,
  startHttpService,
  times,
} from './http-service.ts';
import { openStage, type Stage, secret, sinkConfig, temporaryFolder } from './stage.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ok: Behaviour = (_, response) => answerJson(response, 200, {});

async function service(answer: Behaviour = ok, options = {}): Promise<HttpService> {
  const started = await startHttpService(answer, options);
  closing.push(() => started.stop());
  return started;
}

async function stage(...given: Parameters<typeof openStage>): Promise<Stage> {
  const opened = await openStage(...given);
  closing.push(() => opened.close());
  return opened;
}

const http = (url: string, more: object = {}) => sinkConfig({ kind: 'http', name: 'web', url, ...more });

const lines = (received: readonly Received[]): { id: string; subjects: object }[] =>
  received.flatMap(({ body }) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
const ids = (received: readonly Received[]): string[] => lines(received).map(({ id }) => id);

describe('a service that takes an event a line', () => {
  test('gets every event in order, whole, compressed, and once when nothing fails', async () => {
    const web = await service();
    const { append, shipped } = await stage([http(web.url, { headers: { 'x-team': 'security' } })]);
    const sent = append(3_000);
    await shipped();
    const got = ids(web.received);
    expect(got.filter((id) => sent.includes(id))).toEqual(sent);
    expect(new Set(got).size).toBe(got.length);
    expect(lines(web.received)[1]?.subjects).toMatchObject({
      statement: { decision: { rule: 'pii.mask_ssn' } },
    });
    const [{ headers, bytes, body } = {} as Received] = web.received;
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', 'x-team': 'security' });
    expect(headers['idempotency-key']).toMatch(/^gateway-0\.\w+\/\d+-\d+$/);
    expect(bytes.length).toBeLessThan(body.length / 3);
  });

  test.each<{ name: string; behaviour: Behaviour }>([
    { name: 'answers 503', behaviour: (_, response) => answerJson(response, 503, {}) },
    {
      name: 'answers 429',
      behaviour: (_, response) => answerJson(response, 429, {}, { 'retry-after': '0' }),
    },
    { name: 'cuts the connection', behaviour: (_, __, socket) => Boolean(socket.destroy()) },
    {
      name: 'cuts its answer',
      behaviour: (_, response, socket) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setTimeout(() => socket.destroy(), 5);
        return true;
      },
    },
    {
      name: 'says that it stored fewer',
      behaviour: (_, response) => answerJson(response, 200, { stored: 1 }),
    },
    {
      name: 'names one that it stored',
      behaviour: (_, response) => answerJson(response, 200, { ids: ['x/1'] }),
    },
  ])('when it $name, it gets the same events again', async ({ behaviour }) => {
    const web = await service();
    web.behaviours.push(times(3, behaviour));
    const { append, shipped, report } = await stage([http(web.url)]);
    const sent = append(50);
    await shipped();
    expect([...new Set(ids(web.received.slice(3)))]).toEqual(expect.arrayContaining(sent));
    expect(web.received[1]?.headers['idempotency-key']).toBe(web.received[0]?.headers['idempotency-key']);
    expect(report('web')).toMatchObject({ state: 'ok', failures: 3 });
  });

  test('is not asked again before the time that it names', async () => {
    const web = await service();
    web.behaviours.push(times(1, (_, response) => answerJson(response, 429, {}, { 'retry-after': '2' })));
    const { append, shipped } = await stage([http(web.url)]);
    const started = performance.now();
    append(5);
    await shipped();
    expect(performance.now() - started).toBeGreaterThan(1_950);
  });

  test('that is slow beyond the time for an attempt is away, and back without a restart', async () => {
    const web = await service();
    let isSlow = true;
    web.behaviours.push((_, response) => {
      if (!isSlow) return undefined;
      setTimeout(() => answerJson(response, 200, {}), 1_000);
      return true;
    });
    const { append, shipped, report, journal } = await stage([http(web.url, { timeout_seconds: 0.2 })]);
    append(5);
    await waitUntil('it to be away', () => report('web').state === 'away');
    expect(report('web')).toMatchObject({ because: 'unavailable', problem: 'it took too long' });
    expect(journal.health.sinks[0]?.away).toBe('it took too long');
    isSlow = false;
    await shipped();
    await waitUntil('it to be back', () => report('web').state === 'ok');
    const said = lines(web.received).filter((event) => (event as { type?: string }).type === 'audit.sink');
    expect(said.map((event) => (event as { sink?: object }).sink)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'web', state: 'away', problem: 'it took too long' }),
        expect.objectContaining({ name: 'web', state: 'back' }),
      ]),
    );
  });

  test('that takes no large bodies gets smaller ones', async () => {
    const web = await service();
    web.behaviours.push(({ body }, response) =>
      body.split('\n').length > 20 ? answerJson(response, 413, {}) : undefined,
    );
    const { append, shipped } = await stage([http(web.url)]);
    const sent = append(200);
    await shipped();
    const taken = web.received.filter(({ body }) => body.split('\n').length <= 20);
    expect([...new Set(ids(taken))]).toEqual(expect.arrayContaining(sent));
  });

  test('that will not have one event holds up all after it, and says which it is', async () => {
    const web = await service();
    let bad = '';
    web.behaviours.push(({ body }, response) =>
      bad !== '' && body.includes(`"id":"${bad}"`)
        ? answerJson(response, 422, { error: 'no such field' })
        : undefined,
    );
    const { append, shipped, report } = await stage([http(web.url)]);
    const sent = append(10);
    await shipped();
    bad = append(1)[0] as string;
    append(10);
    await waitUntil('it to be away', () => report('web').state === 'away');
    expect(report('web')).toMatchObject({
      because: 'refused',
      problem: `it answers 422: no such field (the event ${bad})`,
    });
    expect(report('web').behind).toBeGreaterThanOrEqual(11);
    bad = '';
    await shipped();
    expect(ids(web.received)).toEqual(expect.arrayContaining(sent));
  });

  test('that will not have one event may have it set aside: the others go on', async () => {
    const web = await service();
    web.behaviours.push(({ body }, response) =>
      /"id":"[^"]+\/3"/.test(body) ? answerJson(response, 400, {}) : undefined,
    );
    const { append, shipped, report, folder } = await stage([http(web.url, { refused: 'set_aside' })]);
    const sent = append(30);
    const bad = sent.find((id) => id.endsWith('/3'));
    const others = sent.filter((id) => id !== bad);
    await shipped();
    expect(report('web').set_aside).toBe(1);
    expect(await readFile(join(folder, 'set-aside', 'web.jsonl'), 'utf8')).toContain(`"id":"${bad}"`);
    expect([...new Set(ids(web.received))]).toEqual(expect.arrayContaining(others));
  });

  test('must say how many it stored when that is asked of it', async () => {
    const web = await service();
    let says = false;
    web.behaviours.push(({ body }, response) =>
      says ? answerJson(response, 200, { stored: body.trimEnd().split('\n').length }) : undefined,
    );
    const { append, shipped, report } = await stage([http(web.url, { confirm: 'count' })]);
    append(5);
    await waitUntil('it to be away', () => report('web').state === 'away');
    expect(report('web')).toMatchObject({ because: 'lied' });
    says = true;
    await shipped();
  });

  test('gets the token that its file has now, and no word of a token reaches log, health or audit', async () => {
    const folder = await temporaryFolder();
    const token = join(folder, 'token');
    await writeFile(token, `${secret}-old\n`);
    const web = await service();
    web.behaviours.push(({ headers }, response) =>
      headers.authorization === `Bearer ${secret}-new`
        ? undefined
        : answerJson(response, 401, { error: `the token ${headers.authorization} is unknown` }),
    );
    const words: string[] = [];
    const { pino } = await import('pino');
    const log = pino({ level: 'debug' }, { write: (line: string) => void words.push(line) });
    const { append, shipped, report } = await stage([http(web.url, { token_file: token })], { log });
    append(5);
    await waitUntil('it to be away', () => report('web').state === 'away');
    expect(JSON.stringify(report('web'))).toContain('it answers 401: the token Bearer …');
    await writeFile(token, `${secret}-new\n`);
    await shipped();
    expect(words.join('')).toContain('audit sink takes no events');
    expect(`${words.join('')}${JSON.stringify(report('web'))}`).not.toContain(secret);
    expect(web.received.map(({ body }) => body).join('')).not.toContain(secret);
  });

  test('must have a certificate of the authority that is named, and for its name', async () => {
    const folder = await temporaryFolder();
    const other = await temporaryFolder();
    const certificates = await createCertificates(folder);
    const strange = await createCertificates(other);
    const web = await service(ok, { certificates });
    const good = await stage([http(web.url, { ca: certificates.ca })]);
    const sent = good.append(5);
    await good.shipped();
    expect(ids(web.received)).toEqual(expect.arrayContaining(sent));
    const before = web.received.length;
    const bad = await stage([http(web.url, { ca: strange.ca })]);
    bad.append(5);
    await waitUntil('it to be away', () => bad.report('web').state === 'away');
    expect(bad.report('web').problem).toMatch(/^its certificate is of an authority that is not trusted/);
    expect(web.received.length).toBe(before);
  });

  test('that nobody can reach delays no other', async () => {
    const web = await service();
    const gone = await service();
    await gone.stop();
    const { append, report } = await stage([http(web.url), http(gone.url, { name: 'gone' })]);
    append(500);
    await waitUntil('the one to have everything', () => report('web').behind < 3);
    await waitUntil('the other to be away', () => report('gone').state === 'away');
    expect(report('gone')).toMatchObject({ problem: 'nobody listens there (ECONNREFUSED)' });
    expect(report('gone').behind).toBeGreaterThanOrEqual(500);
  });
});
