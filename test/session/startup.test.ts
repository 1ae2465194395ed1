// The start of a connection: packets in pieces, encryption requests, cancel requests, protocol versions.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.ts';
import {
  authenticate,
  frontend as f,
  int32,
  PROTOCOL_3_0,
  PROTOCOL_3_2,
  type RawClient,
  summary,
} from '../support/raw-client.ts';
import { within } from '../support/wait.ts';
import { turns } from './script.ts';
import { Stage } from './support.ts';

let stage: Stage;
let token: string;
beforeAll(async () => {
  stage = await Stage.start({ tls: true });
  token = await stage.issuer.token();
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const parameters = { user: 'token', database: 'shop' };

/** What a refused client is told: the SQLSTATE and the message of the one ErrorResponse. */
async function lastWord(client: RawClient): Promise<string> {
  const messages = await client.untilEnd();
  expect(summary(messages)).toMatch(/^R? ?E\(\w+\)$/);
  const { S, C, M } = messages.at(-1)?.fields ?? {};
  return `${S} ${C} ${M}`;
}

async function logIn(client: RawClient, version = PROTOCOL_3_0): Promise<string> {
  return summary(await client.login({ ...parameters, password: token, version }));
}

const greeting = /^(S )+K Z\(I\)$/;

describe('a startup packet arrives in pieces', () => {
  const packet = f.startup(parameters);
  test.each(Array.from({ length: packet.length - 1 }, (_, index) => ({ at: index + 1 })))(
    'split behind byte $at',
    async ({ at }) => {
      const client = await stage.connect();
      client.send(packet.subarray(0, at));
      await turns(3);
      client.send(packet.subarray(at));
      expect((await client.receive()).authentication.kind).toBe(3);
      client.destroy();
    },
  );

  test('one byte at a time, SSLRequest, password and first query included', async () => {
    const client = await stage.connect();
    const dribble = async (bytes: Buffer): Promise<void> => {
      for (const byte of bytes) {
        client.send(Buffer.from([byte]));
        await turns(1);
      }
    };
    await dribble(f.sslRequest());
    expect((await client.receiveRaw(1)).toString()).toBe('S');
    await client.socket.startTls();
    await dribble(f.startup(parameters));
    expect((await client.receive()).authentication.kind).toBe(3);
    await dribble(f.password(token));
    expect(summary(await client.until('Z'))).toMatch(/^R (S )+K Z\(I\)$/);
    await dribble(f.query('SELECT 1'));
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
  });

  test('what a client sends without waiting, from the startup packet to Terminate, in one write', async () => {
    const client = await stage.connect();
    client.send(f.startup(parameters), f.password(token), f.query('SELECT 1'), f.terminate());
    expect(summary(await client.untilEnd())).toMatch(/^R R (S )+K Z\(I\) T D C\(SELECT 1\) Z\(I\)$/);
  });
});

test('megabytes that are sent without waiting for the login are read once it is done', async () => {
  const client = await stage.connect();
  const large = 'x'.repeat(3_000_000);
  client.send(f.startup(parameters), f.password(token), f.query(`SELECT length('${large}')`));
  const messages = await client.until('Z');
  expect(summary(messages)).toMatch(/Z\(I\)$/);
  expect((await client.until('Z'))[1]?.texts).toEqual(['3000000']);
});

describe('a startup packet that no server would take', () => {
  const start = (length: number, rest: Buffer = Buffer.alloc(0)) => Buffer.concat([int32(length), rest]);
  test.each([
    { name: 'larger than 10,000 bytes', bytes: start(10_001), says: 'invalid length of startup packet' },
    { name: 'of 2 GB', bytes: start(0x7fff_ffff), says: 'invalid length of startup packet' },
    { name: 'of a negative length', bytes: start(0xffff_ffff), says: 'invalid length of startup packet' },
    { name: 'of no length', bytes: start(0), says: 'invalid length of startup packet' },
    {
      name: 'whose last string has no end',
      bytes: start(13, Buffer.concat([int32(PROTOCOL_3_0), Buffer.from('user\x01')])),
      says: 'invalid startup packet layout',
    },
    {
      name: 'with bytes behind its end',
      bytes: start(10, Buffer.concat([int32(PROTOCOL_3_0), Buffer.from([0, 0])])),
      says: 'invalid startup packet layout',
    },
    { name: 'without a user', bytes: f.startup({ database: 'shop' }), says: 'no user name' },
    { name: 'that is HTTP', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), says: 'invalid length' },
  ])('$name is refused', async ({ bytes, says }) => {
    const client = await stage.connect();
    client.send(bytes);
    const word = await lastWord(client);
    expect(word).toMatch(/^FATAL 08P01 protocol violation: /);
    expect(word).toContain(says);
  });

  test('exactly 10,000 bytes are taken', async () => {
    const spare = 10_000 - f.startup({ ...parameters, application_name: '' }).length;
    const client = await stage.connect();
    client.send(f.startup({ ...parameters, application_name: 'x'.repeat(spare) }));
    expect((await client.receive()).authentication.kind).toBe(3);
  });

  test('a first message that is no answer to the authentication request is refused', async () => {
    const client = await stage.connect();
    client.send(f.startup(parameters), f.query('SELECT 1'));
    expect(await lastWord(client)).toMatch(/^FATAL 08P01 .*expected an authentication message/);
  });
});

describe('a client that does not go on is told after login_seconds', () => {
  beforeAll(async () => stage.gateway.reload(await stage.loadConfig({ limits: { login_seconds: 1 } })));
  afterAll(async () => stage.gateway.reload(await stage.loadConfig()));

  test.each([
    { name: 'when it sends nothing', bytes: () => [] },
    {
      name: 'when it stops in the middle of its password',
      bytes: () => [f.startup(parameters), f.password(token).subarray(0, 20)],
    },
  ])('$name', async ({ bytes }) => {
    const client = await stage.connect();
    for (const piece of bytes()) client.send(piece);
    expect(await lastWord(client)).toBe('FATAL 57014 login took longer than 1 seconds');
  });
});

describe('encryption is negotiated', () => {
  test('GSSENCRequest is answered N, and the connection goes on', async () => {
    const client = await stage.connect();
    client.send(f.gssencRequest());
    expect((await client.receiveRaw(1)).toString()).toBe('N');
    expect(await logIn(client)).toMatch(greeting);
  });

  test('GSSENCRequest, then SSLRequest, as libpq asks', async () => {
    const client = await stage.connect();
    client.send(f.gssencRequest());
    expect((await client.receiveRaw(1)).toString()).toBe('N');
    client.send(f.sslRequest());
    expect((await client.receiveRaw(1)).toString()).toBe('S');
    await client.socket.startTls();
    expect(await logIn(client)).toMatch(greeting);
  });

  test('SSLRequest with the startup packet right behind it in plaintext is refused', async () => {
    const client = await stage.connect();
    client.send(f.sslRequest(), f.startup(parameters));
    expect(await lastWord(client)).toMatch(/^FATAL 08P01 .*received unencrypted data after SSL request/);
  });

  test('plaintext that comes after the answer to SSLRequest is no handshake, and never a startup packet', async () => {
    const opened = () => stage.lines.filter((line) => line.msg === 'session opened').length;
    const before = opened();
    const client = await stage.connect();
    client.send(f.sslRequest());
    expect((await client.receiveRaw(1)).toString()).toBe('S');
    client.send(f.startup(parameters), f.password(token));
    await within(60_000, 'the end', client.ended);
    expect(client.receivedBytes.includes('SELECT')).toBe(false);
    expect(opened()).toBe(before);
  });

  test.each([
    { name: 'SSLRequest within TLS', tls: 'request' as const, bytes: f.sslRequest() },
    {
      name: 'a third encryption request',
      tls: 'none' as const,
      bytes: Buffer.concat([f.gssencRequest(), f.gssencRequest(), f.gssencRequest()]),
    },
  ])('$name is refused', async ({ tls, bytes }) => {
    const client = await stage.connect({ tls });
    client.send(bytes);
    await within(60_000, 'the end', client.ended);
    expect(client.receivedBytes.toString('latin1')).toContain('repeated encryption request');
  });

  test('direct TLS with the ALPN protocol "postgresql" is taken', async () => {
    const client = await stage.connect({ tls: 'direct' });
    expect(client.socket.tls?.alpnProtocol).toBe('postgresql');
    expect(await logIn(client)).toMatch(greeting);
  });

  test('direct TLS without ALPN is told, within TLS, what is missing', async () => {
    const client = await stage.connect({ tls: 'direct', tlsOptions: { ALPNProtocols: [] } });
    expect(await lastWord(client)).toBe('FATAL 28000 direct TLS needs the ALPN protocol "postgresql"');
  });

  test('direct TLS with another ALPN protocol fails in the handshake', async () => {
    await expect(stage.connect({ tls: 'direct', tlsOptions: { ALPNProtocols: ['h2'] } })).rejects.toThrow(
      /alert no application protocol|NO_APPLICATION_PROTOCOL|ended/i,
    );
  });

  test('a handshake in pieces of one byte', async () => {
    const proxy = await startFaultProxy({
      target: stage.address,
      seed: 1,
      plan: () => ({ pieces: 'single' }),
    });
    try {
      const client = await stage.connect({ port: proxy.port, tls: 'direct' });
      expect(await logIn(client)).toMatch(greeting);
    } finally {
      await proxy.stop();
    }
  });

  test('a TLS record carries 8 KB at most', async () => {
    const client = await stage.open({ tls: 'request', password: token });
    const sizes: number[] = [];
    client.socket.stream.on('data', (chunk: Buffer) => sizes.push(chunk.length));
    await client.rows("SELECT repeat('x', 200000)");
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8192);
  });

  test('TLS 1.1 is not spoken', async () => {
    await expect(
      stage.connect({ tls: 'request', tlsOptions: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } }),
    ).rejects.toThrow();
  });

  test('a client that leaves in the middle of the handshake leaves no session behind', async () => {
    const client = await stage.connect();
    client.send(f.sslRequest());
    await client.receiveRaw(1);
    client.send(Buffer.from([0x16, 0x03, 0x01]));
    client.halfClose();
    await within(60_000, 'the gateway to close', client.ended);
  });
});

describe('a client that leaves before it is logged in leaves no socket behind', () => {
  test.each([
    { name: 'at once', bytes: Buffer.alloc(0) },
    { name: 'in the middle of the startup packet', bytes: f.startup(parameters).subarray(0, 9) },
    { name: 'before its password', bytes: f.startup(parameters) },
  ])('$name', async ({ bytes }) => {
    const client = await stage.connect();
    if (bytes.length > 0) client.send(bytes);
    client.halfClose();
    await within(60_000, 'the gateway to close', client.closed);
  });
});

describe('protocol versions', () => {
  const version = (major: number, minor: number) => major * 65536 + minor;
  const negotiated = (message: { body: Buffer }) => ({
    version: message.body.readInt32BE(0) - version(3, 0),
    options:
      message.body.readInt32BE(4) === 0 ? [] : message.body.toString('utf8', 8).split('\0').slice(0, -1),
  });

  test.each([
    { name: '3.0 gets a secret of 4 bytes', asked: version(3, 0), want: undefined, secret: 4 },
    { name: '3.1 gets a secret of 4 bytes', asked: version(3, 1), want: undefined, secret: 4 },
    { name: '3.2 gets a secret of 32 bytes', asked: version(3, 2), want: undefined, secret: 32 },
    { name: '3.3 is told 3.2', asked: version(3, 3), want: { version: 2, options: [] }, secret: 32 },
    {
      name: '3.9999 with an option, as libpq 19 asks, is told 3.2 and the option',
      asked: version(3, 9999),
      options: { '_pq_.test_protocol_negotiation': '' },
      want: { version: 2, options: ['_pq_.test_protocol_negotiation'] },
      secret: 32,
    },
    {
      name: '3.0 with two unknown options is told both',
      asked: version(3, 0),
      options: { '_pq_.a': '1', '_pq_.b': '2' },
      want: { version: 0, options: ['_pq_.a', '_pq_.b'] },
      secret: 4,
    },
  ])('$name', async ({ asked, options = {}, want, secret }) => {
    const client = await stage.connect();
    client.send(f.startup({ ...parameters, ...options }, asked));
    if (want !== undefined) {
      const first = await client.receive();
      expect(first.type).toBe('v');
      expect(negotiated(first)).toEqual(want);
    }
    await authenticateWith(client);
    const key = (await client.until('Z')).find((message) => message.type === 'K');
    expect(key?.body.length).toBe(4 + secret);
    expect((await client.rows('SELECT 1'))[0]).toEqual(['1']);
  });

  const authenticateWith = (client: RawClient) => authenticate(client, { user: 'token', password: token });

  test.each([
    {
      name: '2.0, with the packet of its time',
      bytes: Buffer.concat([int32(296), int32(version(2, 0)), Buffer.from('shop'), Buffer.alloc(284)]),
      says: '2.0',
    },
    { name: '4.0', bytes: f.startup(parameters, version(4, 0)), says: '4.0' },
    {
      name: '1234.9999, an unknown request',
      bytes: f.startup(parameters, version(1234, 9999)),
      says: '1234.9999',
    },
  ])('$name is refused by its number', async ({ bytes, says }) => {
    const client = await stage.connect();
    client.send(bytes);
    expect(await lastWord(client)).toBe(
      `FATAL 0A000 unsupported frontend protocol ${says}: the gateway supports 3.0 to 3.2`,
    );
  });
});

describe('a cancel request opens a connection', () => {
  test.each([
    { name: 'in plaintext', tls: 'none' as const },
    { name: 'over TLS', tls: 'request' as const },
    { name: 'over direct TLS', tls: 'direct' as const },
  ])('$name', async ({ tls }) => {
    const client = await stage.open({ tls, password: token });
    client.send(f.query('SELECT pg_sleep(3600)'));
    await stage.untilSleeping();
    await client.cancel();
    expect(summary(await client.until('Z'))).toBe('T E(57014) Z(I)');
  });

  test('with the key of protocol 3.2', async () => {
    const client = await stage.open({ version: PROTOCOL_3_2, password: token });
    client.send(f.query('SELECT pg_sleep(3600)'));
    await stage.untilSleeping();
    await client.cancel();
    expect(summary(await client.until('Z'))).toBe('T E(57014) Z(I)');
  });

  test.each([
    { name: 'without a secret', key: int32(1) },
    { name: 'with a secret of 257 bytes', key: Buffer.alloc(4 + 257) },
  ])('$name is refused', async ({ key }) => {
    const client = await stage.connect();
    client.send(f.cancelRequest(key));
    expect(await lastWord(client)).toMatch(/^FATAL 08P01 .*cancel request/);
  });

  test('for nobody is closed without a word', async () => {
    const client = await stage.connect();
    client.send(f.cancelRequest(Buffer.concat([int32(0x7fffffff), Buffer.alloc(4)])));
    expect(await client.untilEnd()).toEqual([]);
  });
});
