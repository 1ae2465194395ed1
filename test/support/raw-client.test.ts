// The tests' own client and fault proxy, against a real server: what they report must be right before others rely on it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFaultProxy } from './fault-proxy.ts';
import { closeGate } from './gate.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { createRandom } from './random.ts';
import { ConnectionEnded, frontend, RawClient, ServerError, summary } from './raw-client.ts';
import { WaitTimeout } from './wait.ts';

let server: Postgres;
let address: { host: string; port: number };
let login: { host: string; port: number; user: string; password: string; database: string };

beforeAll(async () => {
  server = await startPostgres({ tls: true });
  address = { host: server.host, port: server.port };
  login = { ...address, ...server.superuser, database: 'postgres' };
});
afterAll(() => server?.stop());

describe('the raw client', () => {
  test.each([
    { name: 'in clear', options: {} },
    { name: 'under TLS', options: { tls: 'request' as const } },
    { name: 'under TLS with channel binding', options: { tls: 'request' as const, channelBinding: true } },
  ])('logs in $name and reads whole exchanges', async ({ options }) => {
    const client = await RawClient.open({ ...login, ...options });
    expect(client.parameters.get('server_encoding')).toBe('UTF8');
    expect(client.backendKey).toHaveLength(8);
    expect(summary(await client.query('SELECT 1; SELECT 2'))).toBe('T D C(SELECT 1) T D C(SELECT 1) Z(I)');
    client.send(frontend.extended('SELECT $1::int, NULL', ['7']), frontend.sync());
    const answer = await client.until('Z');
    expect(summary(answer)).toBe('1 2 T D C(SELECT 1) Z(I)');
    expect(answer[3]?.texts).toEqual(['7', null]);
    expect(client.receivedBytes.includes('SELECT 1\0')).toBe(true);
    await client.end();
    await expect(client.closed).resolves.toBeUndefined();
  });

  test('cancels its own statement', async () => {
    const client = await RawClient.open(login);
    const [[before] = []] = await client.rows('SELECT pg_backend_pid()');
    expect(String(client.pid)).toBe(before);
    const gate = await closeGate(login);
    const answer = client.query(gate.statement);
    await gate.reached();
    await client.cancel();
    expect(summary(await answer)).toBe('T E(57014) Z(I)');
    await gate.open();
    await client.end();
  });

  test('throws the server’s refusal with its fields', async () => {
    const refused = await RawClient.open({ ...login, password: 'wrong' }).catch((thrown) => thrown);
    expect(refused).toBeInstanceOf(ServerError);
    expect(refused.fields).toMatchObject({ S: 'FATAL', C: '28P01' });
  });

  test('every wait ends, and says what never came', async () => {
    const client = await RawClient.connect({ ...address, milliseconds: 200 });
    await expect(client.receive()).rejects.toBeInstanceOf(WaitTimeout);
    client.reset();
  });
});

describe('the fault proxy', () => {
  test('passes single bytes without changing any', async () => {
    const proxy = await startFaultProxy({ target: address, seed: 1, plan: () => ({ pieces: 'single' }) });
    const client = await RawClient.open({ ...login, host: proxy.host, port: proxy.port });
    const [[text] = []] = await client.rows("SELECT repeat('é', 20000)");
    expect(text).toBe('é'.repeat(20_000));
    await client.end();
    await proxy.stop();
  });

  test.each(['reset', 'half-close', 'close'] as const)(
    'cuts an answer by %s at the byte it was told',
    async (how) => {
      const afterBytes = 1000;
      const proxy = await startFaultProxy({
        target: address,
        seed: 1,
        plan: () => ({ cut: { direction: 'to-client', afterBytes, how } }),
      });
      const client = await RawClient.open({ ...login, host: proxy.host, port: proxy.port });
      await expect(client.rows("SELECT repeat('x', 5000)")).rejects.toBeInstanceOf(ConnectionEnded);
      expect(client.receivedBytes.length).toBeLessThanOrEqual(afterBytes);
      if (how !== 'reset') expect(client.receivedBytes).toHaveLength(afterBytes);
      expect(proxy.carriedOut()).toEqual({ [how]: 1 });
      client.destroy();
      await proxy.stop();
    },
  );

  test('the same seed draws the same faults', () => {
    const draw = (seed: number): number[] => {
      const random = createRandom(seed).fork('faults');
      return Array.from({ length: 20 }, () => random.integer(0, 1000));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
