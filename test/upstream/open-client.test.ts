// The driver's client on a connection of ours: logged in by us, and everything else as on a socket of its own.
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { openClient } from '../../gateway/upstream/index.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { type Bench, createBench, type Subject } from './fixture.ts';

describe.each([15, 18] as const)('PostgreSQL %d', (version) => {
  let server: Postgres;
  let bench: Bench;
  const clients: pg.Client[] = [];

  beforeAll(async () => {
    server = await startPostgres({ version, tls: true });
    bench = await createBench();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end();
    await bench.finish();
  });
  afterAll(async () => {
    await bench.stop();
    await server.stop();
  });

  const subject = (changes: object = {}): Promise<Subject> =>
    bench.subject({
      host: server.host,
      port: server.port,
      sslmode: 'verify-full',
      ...(server.certificates === undefined ? {} : { ca: server.certificates.ca }),
      ...server.superuser,
      ...changes,
    });

  async function open(): Promise<pg.Client> {
    const { upstream } = await subject();
    const client = await openClient(upstream, { applicationName: 'a question' });
    clients.push(client);
    client.on('error', () => undefined);
    return client;
  }

  test('is logged in over TLS under the name that was given', async () => {
    const client = await open();
    const { rows } = await client.query(
      `SELECT application_name, ssl, current_user AS role FROM pg_stat_activity
         JOIN pg_stat_ssl USING (pid) WHERE pid = pg_backend_pid()`,
    );
    expect(rows).toEqual([{ application_name: 'a question', ssl: true, role: server.superuser.user }]);
  });

  test('takes a large answer to a large question, and errors, and goes on', async () => {
    const client = await open();
    const text = 'x'.repeat(3_000_000);
    const { rows } = await client.query('SELECT $1::text AS text, repeat($1, 5) AS more', [text]);
    expect([rows[0].text === text, rows[0].more.length]).toEqual([true, 15_000_000]);
    await expect(client.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('says when the server ends it', async () => {
    const client = await open();
    const other = await open();
    const ended = new Promise((resolve) => client.once('end', resolve));
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });

  test('that can not be opened fails as a session would', async () => {
    const { upstream } = await subject({ password: 'wrong' });
    const failure = await openClient(upstream, { applicationName: 'a question' }).catch((error) => error);
    expect(failure).toBeInstanceOf(Fault);
    expect(failure.code).toBe('upstream_refused');
  });

  test('with a credential that is not there says so to the log', async () => {
    const { upstream, logged } = await subject();
    await expect(
      openClient(upstream, { applicationName: 'a question', credential: 'resolver' }),
    ).rejects.toThrow(Fault);
    expect(logged()).toMatchObject([{ reason: 'the resource has no credential "resolver"' }]);
  });
});
