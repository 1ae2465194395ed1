// The state database that a gateway brings itself: made once, kept over starts, taken over from a killed process.
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedState, hasEmbeddedState, startEmbeddedState } from '../../gateway/state/index.ts';
import { waitUntil } from '../support/wait.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-state-'));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function connectTo({ host, port, database, user, passwordFile }: EmbeddedState): Promise<pg.Client> {
  const password = (await readFile(passwordFile, 'utf8')).trim();
  const client = new pg.Client({ host, port, database, user, password });
  await client.connect();
  return client;
}

async function ask(state: EmbeddedState, sql: string): Promise<unknown> {
  const client = await connectTo(state);
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

test('it is kept from one start to the next', async () => {
  expect(await hasEmbeddedState(folder)).toBe(false);
  const first = await startEmbeddedState(folder);
  await ask(first, 'CREATE TABLE kept AS SELECT 1 AS n');
  await first.stop();
  expect(await hasEmbeddedState(folder)).toBe(true);
  const second = await startEmbeddedState(folder);
  expect(await ask(second, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  await second.stop();
});

test('one that a killed process left is ended, and its data are there', async () => {
  const forgotten = await startEmbeddedState(folder);
  await ask(forgotten, 'CREATE TABLE kept AS SELECT 1 AS n');
  const next = await startEmbeddedState(folder);
  await forgotten.ended;
  expect(await ask(next, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  await next.stop();
});

test('one whose sessions outlive it is waited for, and its data are there', async () => {
  const killed = await startEmbeddedState(folder);
  await ask(killed, 'CREATE TABLE kept AS SELECT 1 AS n');
  const busy = await connectTo(killed);
  busy.on('error', () => undefined);
  const pid = (await busy.query('SELECT pg_backend_pid() AS pid')).rows[0].pid as number;
  // What computes doesn't look whether its server is still there.
  busy.query('SELECT count(*) FROM generate_series(1, 1e12)').catch(() => undefined);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  process.kill(Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]), 'SIGKILL');
  await killed.ended;
  const next = startEmbeddedState(folder);
  await waitUntil('the data to be seen in use', async () =>
    (await readFile(join(folder, 'state', 'postgres.log'), 'utf8')).includes('pre-existing shared memory'),
  );
  process.kill(pid, 'SIGKILL');
  const started = await next;
  expect(await ask(started, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  await started.stop();
});

test('nobody gets in without the password', async () => {
  const state = await startEmbeddedState(folder);
  const { host, port, database, user } = state;
  const client = new pg.Client({ host, port, database, user, password: 'another' });
  await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  await state.stop();
});
