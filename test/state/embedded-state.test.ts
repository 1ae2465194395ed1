// The state database that a gateway brings itself: made once, kept over starts, taken over from a killed process.
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedState, hasEmbeddedState, startEmbeddedState } from '../../gateway/state/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-state-'));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function ask(
  { host, port, database, user, passwordFile }: EmbeddedState,
  sql: string,
): Promise<unknown> {
  const password = (await readFile(passwordFile, 'utf8')).trim();
  const client = new pg.Client({ host, port, database, user, password });
  await client.connect();
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

test('nobody gets in without the password', async () => {
  const state = await startEmbeddedState(folder);
  const { host, port, database, user } = state;
  const client = new pg.Client({ host, port, database, user, password: 'another' });
  await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  await state.stop();
});
