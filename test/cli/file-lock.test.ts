// The lock between processes that renew one login.
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../gateway/cli/file-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('one holder at a time, and nothing is left', async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((done) => setTimeout(done, 10));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(join(folder, 'a.lock'), work)));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('a lock whose process is gone is taken over', async () => {
  await writeFile(join(folder, 'a.lock'), '999999999');
  expect(await withLock(join(folder, 'a.lock'), async () => 'done')).toBe('done');
});

test('a lock that is old is taken over', async () => {
  const file = join(folder, 'a.lock');
  await writeFile(file, String(process.pid));
  await utimes(file, new Date(0), new Date(0));
  expect(await withLock(file, async () => 'done')).toBe('done');
});

test('a held lock is waited for, not for ever', async () => {
  const file = join(folder, 'a.lock');
  await writeFile(file, String(process.pid));
  await expect(withLock(file, async () => 'done', 100)).rejects.toThrow('another process holds the lock');
});

test('a failure releases the lock', async () => {
  const file = join(folder, 'a.lock');
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual([]);
});
