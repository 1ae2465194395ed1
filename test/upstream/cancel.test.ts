// CancelRequest: it stops the statement, over the same TLS, and is over only when the server has closed.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { closeGate } from '../support/gate.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { sleep, waitUntil, within } from '../support/wait.ts';
import { type Bench, createBench, query } from './fixture.ts';
import { greeting, startStubServer } from './stub-server.ts';

let server: Postgres;
let bench: Bench;

beforeAll(async () => {
  server = await startPostgres({ tls: true });
  bench = await createBench();
});
afterEach(() => bench.finish());
afterAll(async () => {
  await bench.stop();
  await server.stop();
});

async function untilSleeping(): Promise<void> {
  const client = new pg.Client(server.connectionString());
  await client.connect();
  await waitUntil('the statement to run', async () => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
    );
    return rows[0].n === 1;
  });
  await client.end();
}

describe('cancel', () => {
  test.each(['disable', 'prefer', 'require', 'verify-full'] as const)('with sslmode %s', async (sslmode) => {
    const { connect, upstream } = await bench.subject({
      port: server.port,
      password: server.superuser.password,
      sslmode,
      ...(sslmode === 'verify-full' ? { ca: server.certificates?.ca ?? '' } : {}),
    });
    const connection = await connect();
    const answer = query(connection, 'SELECT pg_sleep(3600)');
    await untilSleeping();
    await upstream.cancel(connection.backendKey);
    expect(await within(60_000, 'the answer', answer)).toContain('57014');
    expect(await query(connection, `SELECT 'the next one lives'`)).toContain('the next one lives');
  });

  test("reaches the session's own server after a reload has moved the resource", async () => {
    const { connect, upstream } = await bench.subject({
      port: server.port,
      password: server.superuser.password,
    });
    const connection = await connect();
    const answer = query(connection, 'SELECT pg_sleep(3600)');
    await untilSleeping();
    upstream.reload({
      name: 'orders',
      labels: {},
      credentials: { default: { kind: 'static', user: 'postgres' } },
      upstream: {
        host: '127.0.0.1',
        port: 1,
        database: 'elsewhere',
        sslmode: 'disable',
        connect_timeout_seconds: 5,
        channel_binding: 'prefer',
      },
    });
    await upstream.cancel(connection.backendKey);
    expect(await within(60_000, 'the answer', answer)).toContain('57014');
    await expect(upstream.connect({ startupParameters: {} })).rejects.toMatchObject({
      code: 'upstream_unreachable',
    });
  });

  test('a wrong key harms nobody', async () => {
    const { connect, upstream } = await bench.subject({
      port: server.port,
      password: server.superuser.password,
    });
    const connection = await connect();
    const wrong = Buffer.from(connection.backendKey);
    wrong[7] = (wrong[7] ?? 0) ^ 1;
    const gate = await closeGate({
      host: server.host,
      port: server.port,
      ...server.superuser,
      database: 'postgres',
    });
    const answer = query(connection, gate.statement);
    await gate.reached();
    await upstream.cancel(wrong);
    await gate.open();
    expect(await answer).toContain('SELECT 1');
  });

  test('resolves only when the server has closed', async () => {
    let closing: (() => void) | undefined;
    const stub = await startStubServer((socket) => {
      socket.once('data', (chunk: Buffer) => {
        if (chunk.length === 16) closing = () => socket.end();
        else socket.write(greeting);
      });
    });
    const { connect, upstream } = await bench.subject({ port: stub.port });
    const { backendKey } = await connect();
    let over = false;
    const cancelled = upstream.cancel(backendKey).then(() => {
      over = true;
    });
    await waitUntil('the request', () => closing !== undefined);
    await sleep(50);
    expect(over).toBe(false);
    closing?.();
    await within(60_000, 'the cancel to be over', cancelled);
    await stub.stop();
  });

  test('a server that never closes, and one that is gone, make it fail in time', async () => {
    const stub = await startStubServer((socket) => {
      socket.once('data', (chunk: Buffer) => chunk.length !== 16 && socket.write(greeting));
    });
    const { connect, upstream, logged } = await bench.subject({
      port: stub.port,
      connect_timeout_seconds: 0.2,
    });
    const { backendKey } = await connect();
    const cancelled = within(60_000, 'the time-out', upstream.cancel(backendKey));
    await expect(cancelled).rejects.toMatchObject({ code: 'upstream_unreachable' });
    await stub.stop();
    await expect(upstream.cancel(backendKey)).rejects.toMatchObject({ code: 'upstream_unreachable' });
    expect(logged()).toHaveLength(2);
  });
});
