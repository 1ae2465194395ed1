// Logging in: tokens, access keys and OAUTHBEARER on the wire; that refusals say nothing; limits, each with its own error.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAccessKey, type Identity, revokeAccessKey } from '../../gateway/identity/index.ts';
import { authenticate, isLoopback } from '../../gateway/session/authenticate.ts';
import type { StartupReader } from '../../gateway/session/startup-reader.ts';
import {
  frontend as f,
  mechanismsOf,
  type RawClient,
  ServerError,
  type ServerFields,
  summary,
} from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { Stage, upstreamUser } from './support.ts';

const limits = { failed_logins_per_minute: 8, connections: 6, connections_per_principal: 2 };
let stage: Stage;
let offset = 0;
let key: { id: string; secret: string };
beforeAll(async () => {
  stage = await Stage.start({
    tls: true,
    clock: { now: () => Date.now() + offset },
    config: {
      identity: { access_keys: { file: 'keys.json' } },
      limits,
    },
  });
  key = await createAccessKey(join(stage.folder, 'keys.json'), { name: 'loader', kind: 'service' });
});
beforeEach(() => {
  stage.resetGuard();
  // Failed logins of the tests before are forgotten.
  offset += 61_000;
});
afterEach(async () => {
  stage.hangUp();
  await waitUntil('no backend', async () => (await stage.backends()).length === 0);
});
afterAll(() => stage?.stop());

const OAUTH = { user: 'oauth', database: 'shop' };
const bearer = (token: string) => Buffer.from(`n,,\x01auth=Bearer ${token}\x01\x01`);

/** The fields of the error that a login is refused with. */
async function refusal(attempt: Promise<unknown>): Promise<ServerFields> {
  const thrown = await attempt.then(
    () => new Error('the login succeeded'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof ServerError)) throw thrown;
  return thrown.fields;
}

/** A token of right form; it lasts as long as the clock of these tests may run ahead. */
const token = (claims: object = {}) => stage.issuer.token({ ...claims }, { expiresIn: 86_400 });
const open = async (options: Parameters<Stage['open']>[0] = {}, claims: object = {}) =>
  stage.open({ password: await token(claims), ...options });

describe('a token as the password', () => {
  test.each([
    { name: 'under the user name "token"', user: 'token' },
    { name: 'under the name of the principal', user: 'alice' },
  ])('$name is taken, with and without TLS on loopback', async ({ user }) => {
    for (const tls of ['none', 'request', 'direct'] as const) {
      const client = await open({ user, tls });
      expect(await client.rows('SELECT current_user, current_setting($$application_name$$)')).toEqual([
        [upstreamUser, 'alice'],
      ]);
      await client.end();
    }
  });

  test('under another name is refused, and the log has both', async () => {
    const fields = await refusal(open({ user: 'bob' }));
    expect(fields).toMatchObject({ S: 'FATAL', C: '28000' });
    expect(JSON.stringify(fields)).not.toContain('alice');
    const line = await stage.logged('session refused', { code: 'wrong_user' });
    expect(JSON.stringify(line)).toContain('alice');
  });

  test('for a resource that does not exist is told so, after it was proven', async () => {
    expect(await refusal(open({ database: 'nowhere' }))).toMatchObject({
      C: '3D000',
      M: 'resource "nowhere" does not exist',
    });
    expect(await refusal(stage.open({ database: 'nowhere', password: 'x' }))).toMatchObject({
      C: '28P01',
      M: 'login failed',
    });
  });

  test('of 15,000 characters fits', async () => {
    const client = await open({}, { padding: 'x'.repeat(11_000) });
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  test.each([
    { name: 'without an end', body: f.password('abc').subarray(0, -1) },
    { name: 'with bytes behind it', body: Buffer.concat([f.password('abc'), Buffer.from('x')]) },
  ])('$name is no password message', async ({ body }) => {
    const client = await stage.connect();
    body.writeInt32BE(body.length - 1, 1);
    client.send(f.startup({ user: 'token', database: 'shop' }), body);
    expect(summary(await client.untilEnd())).toBe('R E(08P01)');
  });
});

describe('an access key', () => {
  test('logs in by SCRAM-SHA-256, in plaintext and over TLS', async () => {
    for (const tls of ['none', 'request'] as const) {
      const client = await stage.open({ user: key.id, password: key.secret, tls });
      expect(await client.rows("SELECT current_setting('application_name')")).toEqual([['loader']]);
      await client.end();
    }
  });

  test('logs in by SCRAM-SHA-256-PLUS over TLS', async () => {
    const client = await stage.open({
      user: key.id,
      password: key.secret,
      tls: 'request',
      channelBinding: true,
    });
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  test('is offered PLUS over TLS alone', async () => {
    for (const [tls, want] of [
      ['none', ['SCRAM-SHA-256']],
      ['request', ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256']],
    ] as const) {
      const client = await stage.connect({ tls });
      client.send(f.startup({ user: key.id, database: 'shop' }));
      expect(mechanismsOf(await client.receive())).toEqual(want);
    }
  });

  test('that is revoked ends its sessions, and logs in no more', async () => {
    const other = await createAccessKey(join(stage.folder, 'keys.json'), { name: 'other', kind: 'service' });
    let client: RawClient | undefined;
    await waitUntil('the key to be read', async () => {
      client = await stage.open({ user: other.id, password: other.secret }).catch(() => undefined);
      offset += 10_000;
      return client !== undefined;
    });
    await revokeAccessKey(join(stage.folder, 'keys.json'), other.id);
    const last = (await (client as RawClient).untilEnd()).at(-1);
    expect(last?.fields).toMatchObject({
      S: 'FATAL',
      C: '28000',
      M: 'the credential of this session was revoked',
    });
    expect(await refusal(stage.open({ user: other.id, password: other.secret }))).toMatchObject({
      C: '28P01',
      M: 'login failed',
    });
  });
});

describe('OAUTHBEARER', () => {
  async function begin(initial: Buffer | null): Promise<RawClient> {
    const client = await stage.connect({ tls: 'request' });
    client.send(f.startup(OAUTH));
    const request = await client.receive();
    expect([request.authentication.kind, mechanismsOf(request)]).toEqual([10, ['OAUTHBEARER']]);
    client.send(f.saslInitialResponse('OAUTHBEARER', initial));
    return client;
  }

  test('takes a token in one message', async () => {
    const client = await begin(bearer(await token()));
    expect(summary(await client.until('Z'))).toMatch(/^R (S )+K Z\(I\)$/);
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  test.each([
    { name: 'that asks without a token', initial: Buffer.from('n,,\x01auth=\x01\x01') },
    { name: 'with a wrong token', initial: bearer('wrong') },
    { name: 'with another scheme', initial: Buffer.from('n,,\x01auth=Basic eDp5\x01\x01') },
  ])('tells a client $name where tokens come from, and then refuses', async ({ initial }) => {
    const client = await begin(initial);
    const challenge = await client.receive();
    expect(challenge.authentication.kind).toBe(11);
    expect(JSON.parse(challenge.authentication.data.toString())).toEqual({
      status: 'invalid_token',
      'openid-configuration': `${stage.issuer.issuer}/.well-known/openid-configuration`,
      scope: 'openid',
    });
    client.send(f.saslResponse(Buffer.from([1])));
    expect(summary(await client.untilEnd())).toBe('E(28P01)');
  });

  test.each([
    {
      name: 'of another mechanism',
      message: f.saslInitialResponse('SCRAM-SHA-256', Buffer.from('n,,n=,r=x')),
    },
    { name: 'without data', message: f.saslInitialResponse('OAUTHBEARER', null) },
    { name: 'that is malformed', message: f.saslInitialResponse('OAUTHBEARER', Buffer.from('hello')) },
    { name: 'that is a password', message: f.password('hello') },
  ])('refuses a response $name as a violation of the protocol', async ({ message }) => {
    const client = await stage.connect({ tls: 'request' });
    client.send(f.startup(OAUTH), message);
    expect(summary(await client.untilEnd())).toBe('R E(08P01)');
  });
});

describe('a refused login says nothing of why', () => {
  const timed = async (attempt: () => Promise<unknown>): Promise<{ fields: ServerFields; step: number }> => {
    const begun = performance.now();
    const fields = await refusal(attempt());
    return { fields, step: Math.floor((performance.now() - begun) / 250) };
  };

  test('whoever the user is: the same words, and not before the same moment', async () => {
    const expired = await stage.issuer.token({}, { expiresIn: -4000 });
    const attempts: (() => Promise<unknown>)[] = [
      () => stage.open({ password: 'not a token at all' }),
      () => stage.open({ password: expired }),
      () => stage.open({ user: 'nobody', password: 'x' }),
      () => stage.open({ user: key.id, password: 'a wrong secret' }),
      () => stage.open({ user: 'pk_aaaaaaaaaaaaaaaa', password: 'a wrong secret' }),
    ];
    const seen = [];
    for (const attempt of attempts) seen.push(await timed(attempt));
    const [first] = seen;
    for (const { fields, step } of seen) {
      expect(fields).toEqual(first?.fields);
      expect(step).toBeGreaterThanOrEqual(1);
    }
    expect(first?.fields).toMatchObject({ S: 'FATAL', C: '28P01', M: 'login failed' });
  });

  test('and an unknown access key is challenged as a known one is, each time alike', async () => {
    const challenge = async (user: string): Promise<string> => {
      const client = await stage.connect();
      client.send(f.startup({ user, database: 'shop' }));
      await client.receive();
      client.send(f.saslInitialResponse('SCRAM-SHA-256', Buffer.from('n,,n=,r=abc')));
      return (await client.receive()).authentication.data.toString();
    };
    const parts = (text: string) => /^r=abc[^,]+,s=([^,]+),i=(\d+)$/.exec(text)?.slice(1) ?? [];
    const [unknown, again, known] = [
      parts(await challenge('pk_aaaaaaaaaaaaaaaa')),
      parts(await challenge('pk_aaaaaaaaaaaaaaaa')),
      parts(await challenge(key.id)),
    ];
    expect(unknown).toEqual(again);
    expect(unknown[0]).toHaveLength(known[0]?.length ?? -1);
    expect(unknown[1]).toBe(known[1]);
  });

  test('the log does, without the credential', async () => {
    stage.lines.length = 0;
    await refusal(stage.open({ password: 'a-secret-that-is-no-token' }));
    const line = await stage.logged('login refused');
    expect(line).toMatchObject({ user: 'token', client_addr: '127.0.0.1' });
    expect(line.reason).toBeDefined();
    expect(JSON.stringify(stage.lines)).not.toContain('a-secret-that-is-no-token');
  });
});

describe('limits', () => {
  test('failed logins of one address, until a minute has passed', async () => {
    for (let count = 0; count < 8; count++) await refusal(stage.open({ password: 'x' }));
    expect(await refusal(open())).toMatchObject({
      S: 'FATAL',
      C: '28000',
      M: expect.stringMatching(/^too many failed logins from this address; try again in \d+ seconds$/),
    });
    offset += 61_000;
    expect(await (await open()).rows('SELECT 1')).toEqual([['1']]);
  });

  test('connections of one principal, who may come back once one is closed', async () => {
    const [first] = [await open(), await open()];
    expect(await refusal(open())).toMatchObject({
      C: '53300',
      M: 'this principal has reached its limit of 2 connections',
    });
    expect(await (await open({}, { sub: 'bob' })).rows('SELECT 1')).toEqual([['1']]);
    await first?.end();
    const again = await waitUntil('room', () => open().catch(() => undefined));
    expect(await again.rows('SELECT 1')).toEqual([['1']]);
  });

  test('connections in total', async () => {
    for (const sub of ['a', 'b', 'c']) for (let count = 0; count < 2; count++) await open({}, { sub });
    expect(await refusal(open({}, { sub: 'd' }))).toMatchObject({
      C: '53300',
      M: 'the gateway has reached its limit of 6 connections',
    });
  });

  test('the time of a login, the upstream connection included', async () => {
    await stage.gateway.reload(await stage.loadConfig({ limits: { ...limits, login_seconds: 5 } }));
    try {
      const begun = performance.now();
      const client = await stage.connect({ tls: 'request' });
      client.send(f.startup({ user: 'token', database: 'shop' }));
      const last = (await client.untilEnd()).at(-1);
      expect(last?.fields).toMatchObject({ C: '57014', M: 'login took longer than 5 seconds' });
      expect(performance.now() - begun).toBeGreaterThan(4900);
    } finally {
      await stage.gateway.reload(await stage.loadConfig());
    }
  });
});

describe('cleartext credentials', () => {
  const asked: string[] = [];
  const identity = { isAccessKeyName: () => false } as unknown as Identity;
  const reader = (remoteAddress: string) =>
    ({
      socket: { remoteAddress, write: (bytes: Buffer) => asked.push(bytes.toString('latin1')) },
    }) as unknown as StartupReader;

  // The gateway of the tests listens on loopback alone, so the address is made up.
  test.each(['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7', '10.0.0.1'])(
    'are not even asked for from %s without TLS',
    async (address) => {
      for (const user of ['token', 'oauth', 'alice']) {
        await expect(
          authenticate(user, { reader: reader(address), tls: false, channelBinding: undefined }, identity),
        ).rejects.toMatchObject({ code: 'cleartext_refused' });
      }
      expect(asked).toEqual([]);
    },
  );

  test.each([
    { address: '127.0.0.1', want: true },
    { address: '127.8.9.10', want: true },
    { address: '::1', want: true },
    { address: '::ffff:127.0.0.1', want: true },
    { address: '128.0.0.1', want: false },
    { address: '::10', want: false },
    { address: '1270.0.0.1', want: false },
    { address: undefined, want: false },
  ])('come from loopback: $address is $want', ({ address, want }) => expect(isLoopback(address)).toBe(want));
});

test('a server that refuses the session has its own words, and nothing of the credential', async () => {
  const admin = await stage.admin();
  await admin.rows('ALTER DATABASE shop CONNECTION LIMIT 0');
  try {
    expect(await refusal(open())).toMatchObject({ S: 'FATAL', C: '53300' });
    expect(await refusal(open({ parameters: { datestyle: 'nonsense' } }))).toMatchObject({ S: 'FATAL' });
  } finally {
    await admin.rows('ALTER DATABASE shop CONNECTION LIMIT -1');
  }
});
