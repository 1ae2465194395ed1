// A server is asked by OPA's bundle protocol: for what is new alone, again after failures, and only as it may be asked.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BundleConfig } from '../../../gateway/config/index.ts';
import type { BundleSource } from '../../../gateway/policy/source/bundle-source.ts';
import { openHttpSource } from '../../../gateway/policy/source/http-source.ts';
import {
  type BundleServer,
  type BundleServerOptions,
  startBundleServer,
} from '../../support/bundle-server.ts';
import { createCertificates } from '../../support/certificates.ts';
import { waitUntil } from '../../support/wait.ts';
import { bundleConfig, listen, type Told } from './events.ts';

let folder: string;
let server: BundleServer;
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'http-source-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(options: BundleServerOptions = {}): Promise<void> {
  server = await startBundleServer(options);
  cleanups.push(() => server.stop());
}

function open(changes: Partial<BundleConfig> = {}, etag?: string): Told & { source: BundleSource } {
  const told = listen();
  const config = bundleConfig({ url: server.url('main.tar.gz'), ...changes });
  const source = openHttpSource(config, { etag, events: told, random: () => 0.5 });
  cleanups.push(() => source.close());
  return Object.assign(told, { source });
}

const first = Buffer.from('the first bundle');
const second = Buffer.from('the second bundle');

describe('polling', () => {
  test('brings each version once, and asks for what is new by its tag', async () => {
    await serve();
    server.publish('main.tar.gz', first, { etag: '"1"' });
    const told = open();
    await waitUntil('an answer that nothing is new', () => told.unchangedCount > 0);
    server.publish('main.tar.gz', second, { etag: '"2"' });
    await waitUntil('the second', () => told.deliveries.length === 2);
    expect(told.deliveries.map(({ bytes, etag }) => [String(bytes), etag])).toEqual([
      ['the first bundle', '"1"'],
      ['the second bundle', '"2"'],
    ]);
    expect(server.requests[0]?.headers).toMatchObject({ prefer: 'modes=snapshot' });
    expect(server.requests[0]?.headers['if-none-match']).toBeUndefined();
    expect(server.requests[1]?.headers['if-none-match']).toBe('"1"');
    expect(told.failures).toEqual([]);
  });

  test('begins with the tag of what is here', async () => {
    await serve();
    server.publish('main.tar.gz', first, { etag: '"1"' });
    const told = open({}, '"1"');
    await waitUntil('an answer that nothing is new', () => told.unchangedCount > 0);
    expect(told.deliveries).toEqual([]);
  });

  test('waits between the shortest and the longest time', async () => {
    await serve();
    server.publish('main.tar.gz', first);
    const told = open({ poll: { min_seconds: 3600, max_seconds: 7200, long_poll_seconds: 0 } });
    await waitUntil('the first', () => told.deliveries.length === 1);
    expect(told.requestedCount).toBe(1);
  });

  test('asks for the whole again when what came was damaged', async () => {
    await serve();
    server.publish('main.tar.gz', first);
    const told = open();
    told.outcome = 'damaged';
    await waitUntil('the same once more', () => told.deliveries.length >= 2);
    expect(server.requests.slice(0, 2).map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('long polling', () => {
  const poll = { min_seconds: 3600, max_seconds: 3600, long_poll_seconds: 60 };

  test('has the server hold the request until there is something new', async () => {
    await serve({ longPolling: true });
    server.publish('main.tar.gz', first);
    const told = open({ poll });
    await waitUntil('a held request', () => server.held() === 1);
    server.publish('main.tar.gz', second);
    await waitUntil('the second', () => told.deliveries.length === 2);
    await waitUntil('the next held request', () => server.held() === 1);
    expect(server.requests.map(({ headers }) => headers.prefer)).toEqual([
      'modes=snapshot',
      'modes=snapshot;wait=60',
    ]);
    expect(told.failures).toEqual([]);
  });

  test('is not asked for again where the server does without', async () => {
    await serve();
    server.publish('main.tar.gz', first);
    const told = open({ poll: { min_seconds: 0.01, max_seconds: 0.02, long_poll_seconds: 60 } });
    await waitUntil('several answers', () => told.unchangedCount > 2);
    expect(new Set(server.requests.slice(1).map(({ headers }) => headers.prefer))).toEqual(
      new Set(['modes=snapshot']),
    );
  });

  test('ends at once when the source is closed', async () => {
    await serve({ longPolling: true });
    server.publish('main.tar.gz', first);
    const told = open({ poll });
    await waitUntil('a held request', () => server.held() === 1);
    await told.source.close();
    await waitUntil('nothing held', () => server.held() === 0);
    expect(told.failures).toEqual([]);
  });
});

describe('failures', () => {
  test.for([
    { name: 'a status', fault: { kind: 'status', status: 503 }, code: 'http', httpStatus: 503 },
    { name: 'a missing bundle', fault: { kind: 'status', status: 404 }, code: 'http', httpStatus: 404 },
    {
      name: 'an answer that nothing is new to whom has nothing',
      fault: { kind: 'status', status: 304 },
      code: 'http',
      httpStatus: 304,
    },
    { name: 'a body that ends early', fault: { kind: 'cut', after: 5 }, code: 'interrupted' },
    { name: 'a body without an end', fault: { kind: 'endless' }, code: 'too_large' },
    {
      name: 'a circle of redirects',
      fault: { kind: 'status', status: 302, location: '/main.tar.gz' },
      code: 'redirects',
    },
    { name: 'a redirect to nowhere', fault: { kind: 'status', status: 302 }, code: 'redirects' },
    {
      name: 'a redirect to a file',
      fault: { kind: 'status', status: 302, location: 'file:///etc/passwd' },
      code: 'redirects',
    },
  ] as const)('$name: $code, and it is asked again until it is better', async ({ fault, code, ...rest }) => {
    await serve();
    server.publish('main.tar.gz', first);
    server.setFault(fault);
    const told = open();
    await waitUntil('two failures', () => told.failures.length >= 2);
    expect(told.failures[0]).toMatchObject({
      code,
      httpStatus: 'httpStatus' in rest ? rest.httpStatus : undefined,
    });
    expect(told.deliveries).toEqual([]);
    server.setFault(undefined);
    await waitUntil('the bundle', () => told.deliveries.length === 1);
  });

  test('a body whose length is said to be too large is not read', async () => {
    await serve();
    server.publish('main.tar.gz', Buffer.alloc(2 * 1024 * 1024));
    const told = open();
    await waitUntil('a failure', () => told.failures.length > 0);
    expect(told.failures[0]?.code).toBe('too_large');
  });

  test('nobody listens: unreachable', async () => {
    await serve();
    await server.stop();
    const told = open();
    await waitUntil('a failure', () => told.failures.length > 0);
    expect(told.failures[0]).toMatchObject({ code: 'unreachable' });
  });

  test('a server that takes the request and never answers: unreachable', async () => {
    await serve();
    server.setFault({ kind: 'hang' });
    const told = open();
    await waitUntil('a failure', () => told.failures.length > 0);
    expect(told.failures[0]).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ETIMEDOUT'),
    });
  });

  test('messages have neither user, password nor query of the URL', async () => {
    await serve();
    const url = `${server.url('absent').replace('://', '://ada:geheim@')}?sig=verysecret`;
    const told = open({ url });
    await waitUntil('a failure', () => told.failures.length > 0);
    expect(told.failures[0]?.message).toContain('/absent');
    expect(told.failures[0]?.message).not.toMatch(/ada|geheim|verysecret/);
  });
});

describe('who is asked how', () => {
  test('a token is read from its file for each request', async () => {
    let token = 'first-token';
    await serve({ token: () => token });
    server.publish('main.tar.gz', first);
    const file = join(folder, 'token');
    await writeFile(file, 'first-token\n');
    const told = open({ bearer_token_file: file });
    await waitUntil('the bundle', () => told.deliveries.length === 1);
    token = 'second-token';
    await waitUntil('a refusal', () => told.failures.length > 0);
    expect(told.failures[0]).toMatchObject({ code: 'http', httpStatus: 401 });
    const before = told.unchangedCount;
    await writeFile(file, 'second-token\n');
    await waitUntil('an answer', () => told.unchangedCount > before);
  });

  test('a token does not follow a redirect to another server', async () => {
    await serve();
    server.publish('main.tar.gz', first);
    const other = server;
    await serve();
    server.setFault({ kind: 'status', status: 307, location: other.url('main.tar.gz') });
    const file = join(folder, 'token');
    await writeFile(file, 'our-token');
    const told = open({ bearer_token_file: file });
    await waitUntil('the bundle', () => told.deliveries.length === 1);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer our-token');
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });

  test.for([
    { name: 'an unsigned bundle', changes: {} },
    { name: 'a token', changes: { unsigned: false, bearer_token_file: '/dev/null' } },
    {
      name: 'a password',
      changes: { unsigned: false, url: 'http://ada:geheim@bundles.invalid/main.tar.gz' },
    },
  ])('$name is not fetched over plain http from another machine', async ({ changes }) => {
    await serve();
    const told = open({ url: 'http://bundles.invalid/main.tar.gz', ...changes });
    await waitUntil('a failure', () => told.failures.length > 0);
    expect(told.failures[0]?.code).toBe('insecure');
  });

  test('https: the authority of the configuration counts, and client certificates are read anew', async () => {
    const own = await createCertificates(folder);
    const client = await own.issue('client', { commonName: 'gateway-1' });
    await serve({ tls: { cert: own.cert, key: own.key, ca: own.ca } });
    server.publish('main.tar.gz', first);
    const told = open({ ca: own.ca, cert: client.cert, key: client.key });
    await waitUntil('the bundle', () => told.deliveries.length === 1);
    expect(server.requests[0]?.client).toBe('gateway-1');
    // The same files with another certificate in them.
    await own.issue('client', { commonName: 'gateway-2' });
    await waitUntil('the other certificate', () => server.requests.at(-1)?.client === 'gateway-2');
  });

  test('https: a server of an unknown authority is not believed', async () => {
    const own = await createCertificates(folder);
    await serve({ tls: { cert: own.cert, key: own.key } });
    server.publish('main.tar.gz', first);
    const told = open();
    await waitUntil('a failure', () => told.failures.length > 0);
    expect(told.failures[0]).toMatchObject({ code: 'unreachable' });
    expect(told.deliveries).toEqual([]);
  });

  test('https: a redirect to http is not followed', async () => {
    await serve();
    server.publish('main.tar.gz', first);
    const plain = server.url('main.tar.gz');
    const own = await createCertificates(folder);
    await serve({ tls: { cert: own.cert, key: own.key } });
    server.setFault({ kind: 'status', status: 302, location: plain });
    const told = open({ ca: own.ca });
    await waitUntil('a failure', () => told.failures.length > 0);
    expect(told.failures[0]?.code).toBe('insecure');
  });
});
