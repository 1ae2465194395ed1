// A file is read again however it changes: written, replaced, with its folder replaced, behind a symbolic link.
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFileSource } from '../../../gateway/policy/source/file-source.ts';
import { waitUntil } from '../../support/wait.ts';
import { bundleConfig, listen, type Told } from './events.ts';

let folder: string;
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-source-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function open(path: string): Told {
  const told = listen();
  const source = openFileSource(bundleConfig({ url: path, max_bytes: 1000 }), told);
  cleanups.push(() => source.close());
  return told;
}

const last = (told: Told): string | undefined => told.deliveries.at(-1)?.bytes.toString();
const delivered = (told: Told, content: string) => waitUntil(`"${content}"`, () => last(told) === content);

test('a file that is written again', async () => {
  const path = join(folder, 'bundle.tar.gz');
  await writeFile(path, 'one');
  const told = open(pathToFileURL(path).href);
  await delivered(told, 'one');
  await writeFile(path, 'two');
  await delivered(told, 'two');
  expect(told.failures).toEqual([]);
});

test('a file that another one is moved over', async () => {
  const path = join(folder, 'bundle.tar.gz');
  await writeFile(path, 'one');
  const told = open(path);
  await delivered(told, 'one');
  for (const content of ['two', 'three', 'four']) {
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
    await delivered(told, content);
  }
});

test('a file whose folder is replaced, twice', async () => {
  const path = join(folder, 'current', 'bundle.tar.gz');
  await mkdir(join(folder, 'current'));
  await writeFile(path, 'one');
  const told = open(path);
  await delivered(told, 'one');
  for (const content of ['two', 'three']) {
    await mkdir(join(folder, 'next'));
    await writeFile(join(folder, 'next', 'bundle.tar.gz'), content);
    await rename(join(folder, 'current'), join(folder, `before-${content}`));
    await rename(join(folder, 'next'), join(folder, 'current'));
    await delivered(told, content);
  }
  await writeFile(path, 'and written in place');
  await delivered(told, 'and written in place');
});

test('a file behind a symbolic link that is turned, as mounted configuration is', async () => {
  for (const version of ['v1', 'v2']) {
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, 'bundle.tar.gz'), version);
  }
  await symlink('v1', join(folder, '..data'));
  await symlink('..data/bundle.tar.gz', join(folder, 'bundle.tar.gz'));
  const told = open(join(folder, 'bundle.tar.gz'));
  await delivered(told, 'v1');
  await symlink('v2', join(folder, '..next'));
  await rename(join(folder, '..next'), join(folder, '..data'));
  await delivered(told, 'v2');
});

test('a file that is not there yet, and one that goes away: told once each', async () => {
  const path = join(folder, 'later', 'bundle.tar.gz');
  const told = open(path);
  await waitUntil('a failure', () => told.failures.length === 1);
  expect(told.failures[0]).toMatchObject({ code: 'unreadable' });
  await mkdir(join(folder, 'later'));
  await writeFile(path, 'one');
  await delivered(told, 'one');
  const before = told.failures.length;
  await unlink(path);
  await waitUntil('another failure', () => told.failures.length > before);
});

test('a file that is too large is not read', async () => {
  const path = join(folder, 'bundle.tar.gz');
  await writeFile(path, Buffer.alloc(1001));
  const told = open(path);
  await waitUntil('a failure', () => told.failures.length === 1);
  expect(told.failures[0]).toMatchObject({ code: 'too_large' });
});

test('a file that stays as it is is known to be current', async () => {
  const path = join(folder, 'bundle.tar.gz');
  await writeFile(path, 'one');
  const told = open(path);
  await waitUntil('two looks', () => told.unchangedCount >= 2);
  expect(told.deliveries).toHaveLength(1);
});
