// In front of PostgreSQL 18: protocol 3.2, its negotiation, direct TLS, and the settings it reports, compared with itself.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authenticate, frontend as f, PROTOCOL_3_2, type RawClient, summary } from '../support/raw-client.ts';
import { play } from './script.ts';
import { schema, scripts } from './scripts.ts';
import { Stage, upstreamPassword, upstreamUser } from './support.ts';

let stage: Stage;
let token: string;
beforeAll(async () => {
  stage = await Stage.start({ postgres: { version: 18, tls: true }, tls: true, schema });
  token = await stage.issuer.token();
});
beforeEach(() => stage.resetGuard());
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

test('the server is PostgreSQL 18', () => expect(stage.postgres.version).toBe(18));

describe('protocol negotiation is answered as PostgreSQL 18 answers it', () => {
  const version = (minor: number) => 0x0003_0000 + minor;
  test.each([
    { name: '3.0', asked: version(0), options: {} },
    { name: '3.1', asked: version(1), options: {} },
    { name: '3.2', asked: version(2), options: {} },
    { name: '3.3', asked: version(3), options: {} },
    {
      name: '3.9999 with an option',
      asked: version(9999),
      options: { '_pq_.test_protocol_negotiation': '' },
    },
    { name: '3.0 with options', asked: version(0), options: { '_pq_.a': '1', '_pq_.b': '2' } },
  ])('$name', async ({ asked, options }) => {
    const first = async (client: RawClient, user: string, credential: { user: string; password: string }) => {
      client.send(f.startup({ user, database: 'shop', application_name: 'x', ...options }, asked));
      const negotiation =
        (await client.socket.peek(1))[0] === 'v'.charCodeAt(0) ? await client.receive() : undefined;
      await authenticate(client, credential);
      const greeting = await client.until('Z');
      return {
        negotiation: negotiation?.bytes.toString('hex'),
        greeting: summary(greeting),
        key: greeting.find((m) => m.type === 'K')?.body.length,
      };
    };
    const { host, port } = stage.postgres;
    const direct = await first(await stage.connect({ host, port }), upstreamUser, {
      user: upstreamUser,
      password: upstreamPassword,
    });
    const through = await first(await stage.connect(), 'token', { user: 'token', password: token });
    expect(through).toEqual(direct);
  });

  test('version 4.0 is refused with the same SQLSTATE', async () => {
    const asked = 0x0004_0000;
    const refusal = async (client: RawClient) => {
      client.send(f.startup({ user: 'x' }, asked));
      const [last] = await client.untilEnd();
      return [last?.fields.S, last?.fields.C];
    };
    const { host, port } = stage.postgres;
    expect(await refusal(await stage.connect())).toEqual(await refusal(await stage.connect({ host, port })));
  });
});

describe('direct TLS is taken and refused as PostgreSQL 18 does', () => {
  test.each([
    { name: 'with its ALPN protocol', protocols: ['postgresql'], taken: true },
    { name: 'with it among others', protocols: ['h2', 'postgresql'], taken: true },
    { name: 'with another ALPN protocol', protocols: ['h2'], taken: false },
    { name: 'without ALPN', protocols: [], taken: false },
  ])('$name', async ({ protocols, taken }) => {
    const reached = async (address: { host: string; port: number }): Promise<boolean> => {
      const client = await stage
        .connect({ ...address, tls: 'direct', tlsOptions: { ALPNProtocols: protocols } })
        .catch(() => undefined);
      if (client === undefined) return false;
      client.send(f.startup({ user: 'token', database: 'shop' }));
      const answer = await client.receive().catch(() => undefined);
      return answer?.type === 'R';
    };
    const { host, port } = stage.postgres;
    expect(await reached({ host, port })).toBe(taken);
    expect(await reached(stage.address)).toBe(taken);
  });
});

test('a session of protocol 3.2 is cancelled by its long key', async () => {
  const client = await stage.open({ version: PROTOCOL_3_2, password: token });
  expect(client.backendKey).toHaveLength(36);
  client.send(f.query("DO $$ BEGIN RAISE NOTICE 'runs'; PERFORM pg_sleep(30); END $$"));
  await client.until('N');
  await client.cancel();
  expect(summary(await client.until('Z'))).toBe('E(57014) Z(I)');
});

test('search_path, which PostgreSQL 18 reports, is forwarded when it changes', async () => {
  const client = await stage.open({ password: token });
  expect(client.parameters.get('search_path')).toBe('"$user", public');
  await client.rows('SET search_path = a, b');
  expect(client.parameters.get('search_path')).toBe('a, b');
});

describe('the same bytes sent are answered with the same bytes', () => {
  test.each(scripts)('$name', async (script) => {
    const direct = await play(await stage.direct(), script);
    const through = await play(await stage.open({ password: token }), script);
    expect(through.line).toBe(direct.line);
    expect(through.bytes.equals(direct.bytes)).toBe(true);
  });
});
