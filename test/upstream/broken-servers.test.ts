// Servers that are down, stall, lie, babble, end half-way or speak one byte at a time.
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ServerRefused } from '../../gateway/upstream/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import fc from '../support/properties.ts';
import { sleep, waitUntil, within } from '../support/wait.ts';
import { type Bench, createBench, encryption, query } from './fixture.ts';
import { greeting, message, type StubServer, startStubServer } from './stub-server.ts';

const password = 'never to be seen 4711';
const servers: StubServer[] = [];
let bench: Bench;

beforeAll(async () => {
  bench = await createBench();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await bench.finish();
});
afterAll(() => bench?.stop());

/** A server that answers each chunk it gets with the next of these buffers, and then ends if told so. */
async function stub(answers: readonly (Buffer | string)[], { ends = false } = {}): Promise<StubServer> {
  const server = await startStubServer((socket) => {
    let turn = 0;
    socket.on('data', () => {
      const answer = answers[turn++];
      if (answer !== undefined) socket.write(answer);
      if (ends && turn >= answers.length) socket.end();
    });
  });
  servers.push(server);
  return server;
}

describe('a server that cannot be reached', () => {
  test('nobody listens', async () => {
    // No program listens on the first of all ports.
    const port = 1;
    const { failure, logged } = await bench.subject({ port, password });
    const error = await failure();
    expect(error).toMatchObject({ code: 'upstream_unreachable', sqlstate: '08001' });
    expect(error.message).not.toContain('127.0.0.1');
    expect(logged()).toMatchObject([
      { host: '127.0.0.1', port, stage: 'connect', reason: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  test('a name that does not resolve', async () => {
    const { failure } = await bench.subject({
      host: 'no-such-host.invalid',
      password,
      connect_timeout_seconds: 5,
    });
    expect(await failure()).toMatchObject({ code: 'upstream_unreachable' });
  });
});

describe('a server that stalls', () => {
  const cases = [
    { name: 'before its answer to SSLRequest', sslmode: 'require', answers: [] },
    { name: 'in the TLS handshake', sslmode: 'require', answers: ['S'] },
    { name: 'before the first authentication request', sslmode: 'disable', answers: [] },
    { name: 'after the password', sslmode: 'disable', answers: [message('R', 3)] },
    { name: 'in the middle of the greeting', sslmode: 'disable', answers: [greeting.subarray(0, 20)] },
  ] as const;

  test.each(cases)('$name: the time-out ends it', async ({ sslmode, answers }) => {
    const server = await stub(answers);
    const { failure, logged } = await bench.subject({
      port: server.port,
      password,
      sslmode,
      connect_timeout_seconds: 0.2,
    });
    expect(await within(60_000, 'the time-out', failure())).toMatchObject({ code: 'upstream_unreachable' });
    expect(logged()).toMatchObject([{ level: 40, reason: 'no answer within 0.2 seconds' }]);
    await waitUntil('the socket to close', () => server.open() === 0);
  });

  test.each(cases)('$name: the caller may give up', async ({ sslmode, answers }) => {
    const server = await stub(answers);
    const { failure, logged } = await bench.subject({ port: server.port, password, sslmode });
    const controller = new AbortController();
    const failed = failure({}, controller.signal);
    await waitUntil('the connection', () => server.accepted() === 1);
    // Wherever it is by then, it waits for this server.
    await sleep(30);
    controller.abort();
    expect(await within(60_000, 'the end', failed)).toMatchObject({ code: 'upstream_unreachable' });
    expect(logged()).toMatchObject([{ level: 20, reason: 'the caller gave up' }]);
    await waitUntil('the socket to close', () => server.open() === 0);
  });

  test('a signal that was aborted before opens no connection', async () => {
    const server = await stub([greeting]);
    const { failure } = await bench.subject({ port: server.port, password });
    await failure({}, AbortSignal.abort());
    await sleep(20);
    expect(server.accepted()).toBe(0);
  });

  test('closing the upstream ends attempts under way, and refuses new ones', async () => {
    const server = await stub([]);
    const { upstream, failure } = await bench.subject({ port: server.port, password });
    const failed = failure();
    await waitUntil('the connection', () => server.accepted() === 1);
    upstream.close();
    expect(await within(60_000, 'the end', failed)).toMatchObject({ code: 'upstream_unreachable' });
    expect(await failure()).toMatchObject({ code: 'upstream_unreachable' });
    expect(server.accepted()).toBe(1);
  });
});

describe('a server that ends or babbles', () => {
  test('at any byte of its greeting', async () => {
    for (let length = 0; length < greeting.length; length++) {
      const server = await stub([greeting.subarray(0, length)], { ends: true });
      const { failure } = await bench.subject({ port: server.port, password });
      expect(await within(60_000, 'the failure', failure())).toMatchObject({ code: 'upstream_unreachable' });
    }
  });

  const flood = Buffer.concat([
    message('R', 0),
    ...Array(800).fill(message('S', 'name\0', 'v'.repeat(100), '\0')),
  ]);
  const http = 'HTTP/1.1 400 Bad Request\r\n\r\n';
  test.each([
    { name: 'HTTP', sslmode: 'disable', answers: [http] },
    { name: 'HTTP in answer to SSLRequest', sslmode: 'prefer', answers: [http] },
    { name: 'another byte than S or N', sslmode: 'prefer', answers: ['E'] },
    {
      name: 'unencrypted bytes behind S',
      sslmode: 'require',
      answers: [Buffer.concat([Buffer.from('S'), greeting])],
    },
    { name: 'bytes behind N', sslmode: 'prefer', answers: [Buffer.concat([Buffer.from('N'), greeting])] },
    { name: 'a length below 4', sslmode: 'disable', answers: [Buffer.from('R\0\0\0\x03')] },
    { name: 'a length of 2 GB', sslmode: 'disable', answers: [Buffer.from([0x52, 0x7f, 0xff, 0xff, 0xff])] },
    { name: 'a negative length', sslmode: 'disable', answers: [Buffer.from([0x52, 0xff, 0xff, 0xff, 0xff])] },
    { name: 'more than 64 KB of greeting', sslmode: 'disable', answers: [flood] },
    { name: 'a greeting before AuthenticationOk', sslmode: 'disable', answers: [greeting.subarray(9)] },
    {
      name: 'rows in the greeting',
      sslmode: 'disable',
      answers: [Buffer.concat([message('R', 0), message('D', '')])],
    },
    {
      name: 'a second AuthenticationOk',
      sslmode: 'disable',
      answers: [Buffer.concat([message('R', 0), greeting])],
    },
    { name: 'an empty authentication request', sslmode: 'disable', answers: [message('R')] },
    { name: 'an md5 request without its salt', sslmode: 'disable', answers: [message('R', 5)] },
    {
      name: 'SASL without an end of its list',
      sslmode: 'disable',
      answers: [message('R', 10, 'SCRAM-SHA-256')],
    },
    {
      name: 'a short BackendKeyData',
      sslmode: 'disable',
      answers: [Buffer.concat([message('R', 0), message('K', 1)])],
    },
    {
      name: 'a long ReadyForQuery',
      sslmode: 'disable',
      answers: [Buffer.concat([message('R', 0), message('Z', 'II')])],
    },
    {
      name: 'a second request after the password',
      sslmode: 'disable',
      answers: [message('R', 3), message('R', 3)],
    },
  ] as const)('$name', async ({ sslmode, answers }) => {
    const server = await stub(answers);
    const { failure, logged } = await bench.subject({ port: server.port, password, sslmode });
    expect(await within(60_000, 'the failure', failure())).toMatchObject({ code: 'upstream_protocol' });
    expect(logged()).toHaveLength(1);
    expect(server.accepted()).toBe(1);
  });

  test('any bytes at all end in a failure, never in a connection or a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.boolean(), async (bytes, asMessage) => {
        const answer = asMessage ? message('R', Buffer.from(bytes)) : Buffer.from(bytes);
        fc.pre(!answer.equals(message('R', 0)));
        const server = await stub([answer], { ends: true });
        const { failure } = await bench.subject({ port: server.port, password });
        const error = await within(60_000, 'the failure', failure());
        expect(error).toHaveProperty('code');
        await server.stop();
        servers.length = 0;
      }),
      { numRuns: 60 },
    );
  });
});

describe('a server that asks for what it does not get', () => {
  test.each([
    { name: 'Kerberos', request: message('R', 2), reason: 'Kerberos' },
    { name: 'GSSAPI', request: message('R', 7), reason: 'GSSAPI' },
    { name: 'SSPI', request: message('R', 9), reason: 'SSPI' },
    { name: 'a method of the future', request: message('R', 99), reason: 'unknown' },
    {
      name: 'an unknown SASL mechanism',
      request: message('R', 10, 'OAUTHBEARER\0\0'),
      reason: 'no SASL mechanism',
    },
  ])('$name', async ({ request, reason }) => {
    const server = await stub([request]);
    const { failure, logged } = await bench.subject({ port: server.port, password });
    expect(await failure()).toMatchObject({ code: 'upstream_refused' });
    expect(logged()[0]?.reason).toContain(reason);
    expect(server.received()).not.toContain(password);
  });

  test.each([
    {
      name: 'AuthenticationOk in place of the challenge',
      next: [message('R', 0)],
      code: 'upstream_protocol',
    },
    {
      name: 'a challenge with another nonce',
      next: [message('R', 11, 'r=abc,s=AAAA,i=1')],
      code: 'upstream_refused',
    },
    { name: 'too many iterations', next: ['i=2000000000'], code: 'upstream_refused' },
    {
      name: 'AuthenticationOk before its own proof',
      next: ['i=1', message('R', 0)],
      code: 'upstream_protocol',
    },
    {
      name: 'a wrong proof of its own',
      next: ['i=1', message('R', 12, `v=${Buffer.alloc(32).toString('base64')}`)],
      code: 'upstream_refused',
    },
  ])('SCRAM: $name', async ({ next, code }) => {
    const server = await startStubServer((socket) => {
      let turn = -1;
      socket.on('data', (chunk: Buffer) => {
        const answer = turn === -1 ? message('R', 10, 'SCRAM-SHA-256\0\0') : next[turn];
        turn += 1;
        if (typeof answer === 'string') {
          const nonce = /r=(.*)/.exec(chunk.toString('latin1'))?.[1];
          socket.write(message('R', 11, `r=${nonce}more,s=AAAA,${answer}`));
        } else if (answer !== undefined) {
          socket.write(answer);
        }
      });
    });
    servers.push(server);
    const { failure } = await bench.subject({ port: server.port, password });
    expect(await within(60_000, 'the failure', failure())).toMatchObject({ code });
  });

  test('a message that repeats the password is withheld from log and client', async () => {
    const error = message('E', 'SFATAL\0', 'C53300\0', `Mno room for ${password}\0`, '\0');
    const server = await stub([message('R', 3), error]);
    const { failure, logged } = await bench.subject({ port: server.port, password });
    expect(await failure()).toMatchObject({ code: 'upstream_refused' });
    expect(logged()[0]?.reason).toContain('repeats the password');
  });

  test.each([
    { name: 'starting up', fields: ['SFATAL\0', 'C57P03\0', 'Mstarting up\0'], passes: true },
    { name: 'a refused login', fields: ['SFATAL\0', 'C28P01\0', 'Mno\0'], passes: false },
    { name: 'no SQLSTATE', fields: ['SFATAL\0', 'Mno\0'], passes: false },
    { name: 'no fields at all', fields: [], passes: false },
    { name: 'fields without an end', fields: ['SFATAL\0', 'C57P03\0', 'Mstarting up'], passes: false },
  ])('an error: $name', async ({ fields, passes }) => {
    const server = await stub([message('E', ...fields, '\0')]);
    const { failure } = await bench.subject({ port: server.port, password });
    const error = await failure();
    if (passes) expect(error).toBeInstanceOf(ServerRefused);
    else expect(error).toMatchObject({ code: 'upstream_refused' });
  });
});

describe('what comes with the greeting', () => {
  test('notices and NegotiateProtocolVersion are tolerated, and the order is kept', async () => {
    const notice = message('N', 'SWARNING\0', 'C01000\0', 'Mhear ye\0', '\0');
    const negotiate = message('v', 196608, 0);
    const ours = [
      message('S', 'a\0', '1\0'),
      notice,
      message('K', 1, 2),
      message('S', 'b\0', '2\0'),
      message('Z', 'I'),
    ];
    const server = await stub([Buffer.concat([negotiate, notice, message('R', 0), negotiate, ...ours])]);
    const { connect } = await bench.subject({ port: server.port });
    expect((await connect()).greeting).toEqual(ours);
  });

  test('no BackendKeyData: nothing to cancel with, and no connection to try', async () => {
    const server = await stub([Buffer.concat([message('R', 0), message('Z', 'I')])]);
    const { upstream } = await bench.subject({ port: server.port });
    const connection = await upstream.connect({ startupParameters: {} });
    expect(connection.backendKey.length).toBe(0);
    await upstream.cancel(connection.backendKey);
    expect(server.accepted()).toBe(1);
    connection.socket.destroy();
  });

  test('bytes behind the greeting are in rest, and later ones come once the socket flows', async () => {
    let theirs: Socket | undefined;
    const server = await startStubServer((socket) => {
      theirs = socket;
      socket.once('data', () => socket.write(Buffer.concat([greeting, Buffer.from('one ')])));
    });
    servers.push(server);
    const { upstream } = await bench.subject({ port: server.port });
    const { socket, rest } = await upstream.connect({ startupParameters: {} });
    let text = rest.toString();
    theirs?.write('two ');
    // Nobody listens yet: it must be there when somebody does.
    await sleep(40);
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.resume();
    theirs?.end('three');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toBe('one two three');
  });

  test('a reset before the caller listens ends the socket, not the process', async () => {
    let theirs: Socket | undefined;
    const server = await startStubServer((socket) => {
      theirs = socket;
      socket.once('data', () => socket.write(greeting));
    });
    servers.push(server);
    const { connect } = await bench.subject({ port: server.port });
    const { socket } = await connect();
    theirs?.resetAndDestroy();
    socket.write('x');
    await waitUntil('the reset to be seen', () => socket.destroyed);
  });
});

describe('prefer', () => {
  test('goes on without TLS, on a new connection, when the handshake fails', async () => {
    const server = await startStubServer((socket) => {
      socket.once('data', (chunk: Buffer) => {
        if (chunk.length !== 8) socket.write(greeting);
        else {
          socket.write('S');
          socket.once('data', () => socket.end('this is no TLS'));
        }
      });
    });
    servers.push(server);
    const { connect } = await bench.subject({ port: server.port, sslmode: 'prefer' });
    await connect();
    expect(server.accepted()).toBe(2);
  });
});

describe('a real server, one byte at a time', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres({ tls: true });
  });
  afterAll(() => postgres?.stop());

  test.each(['disable', 'verify-full'] as const)('sslmode %s', async (sslmode) => {
    const proxy = await startFaultProxy({ target: postgres, seed: 1, plan: () => ({ pieces: 'single' }) });
    const { connect } = await bench.subject({
      port: proxy.port,
      password: postgres.superuser.password,
      sslmode,
      ...(sslmode === 'disable' ? {} : { ca: postgres.certificates?.ca ?? '' }),
    });
    const connection = await connect();
    expect(await query(connection, encryption)).toContain(sslmode === 'disable' ? 'in the clear' : 'by TLS');
    connection.socket.destroy();
    await proxy.stop();
  });

  test('cut at any byte of the login, with TLS: a failure or a connection, and nothing left open', async () => {
    let cutAt = 0;
    const proxy = await startFaultProxy({
      target: postgres,
      seed: 2,
      plan: () => ({ cut: { direction: 'to-client', afterBytes: cutAt, how: 'reset' } }),
    });
    const { failure } = await bench.subject({
      port: proxy.port,
      password: postgres.superuser.password,
      sslmode: 'verify-full',
      ca: postgres.certificates?.ca ?? '',
    });
    for (cutAt = 0; cutAt < 1500; cutAt += 53) {
      expect(await within(60_000, 'the failure', failure())).toMatchObject({ code: 'upstream_unreachable' });
    }
    await waitUntil('the proxy to be empty', () => proxy.open() === 0);
    await proxy.stop();
  });
});
