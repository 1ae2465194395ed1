// Versions are kept whole, the oldest forgotten, and none that is needed; several processes can do so at once.
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listVersions, pinVersion, unpin } from '../../../gateway/policy/index.ts';
import { BundleStore } from '../../../gateway/policy/store/bundle-store.ts';
import { keepVersion, versionDigest } from './kept.ts';

let folder: string;
let store: BundleStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-store-'));
  store = new BundleStore(folder, 'main');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const revisions = async (): Promise<string[]> =>
  (await listVersions(folder, 'main')).map(({ revision }) => revision);

describe('keeping', () => {
  test('the last five are kept, newest first, and the newest is the one to begin with', async () => {
    for (let at = 1; at <= 7; at += 1) await keepVersion(store, at);
    expect(await revisions()).toEqual(['r7', 'r6', 'r5', 'r4', 'r3']);
    expect(await readdir(join(folder, 'main', 'versions'))).toHaveLength(10);
    expect((await store.latest())?.revision).toBe('r7');
    expect(String(await store.bytes(versionDigest(7)))).toBe('bytes of 7');
  });

  test('a pinned version is kept however old it is', async () => {
    await keepVersion(store, 1);
    await pinVersion(folder, 'main', { version: 'r1', by: 'ada' });
    for (let at = 2; at <= 8; at += 1) await keepVersion(store, at);
    expect(await revisions()).toEqual(['r8', 'r7', 'r6', 'r5', 'r4', 'r1']);
    await unpin(folder, 'main');
    await keepVersion(store, 9);
    expect(await revisions()).toEqual(['r9', 'r8', 'r7', 'r6', 'r5']);
  });

  test('nothing is forgotten while the pin cannot be read', async () => {
    await keepVersion(store, 1);
    await writeFile(store.pinPath, '{"digest": ');
    for (let at = 2; at <= 8; at += 1) await keepVersion(store, at);
    expect(await revisions()).toHaveLength(8);
  });

  test('bundles of other names are left alone, whatever the names', async () => {
    const names = ['main', 'a/../main', '..', '.', 'ünï', 'a b', 'MAIN%2F'];
    for (const [at, name] of names.entries()) await keepVersion(new BundleStore(folder, name), at);
    for (const [at, name] of names.entries()) {
      expect(await listVersions(folder, name)).toMatchObject([{ revision: `r${at}` }]);
    }
    expect(await readdir(folder)).toHaveLength(names.length);
  });

  test('what a process that died left behind is removed once it is old', async () => {
    await keepVersion(store, 1);
    const old = join(folder, 'main', 'versions', 'x.abc.unfinished');
    const young = join(folder, 'main', 'y.abc.unfinished');
    for (const path of [old, young]) await writeFile(path, 'half');
    await utimes(old, 1, 1);
    await store.prepare();
    expect(await readdir(join(folder, 'main', 'versions'))).not.toContain('x.abc.unfinished');
    expect(await readdir(join(folder, 'main'))).toContain('y.abc.unfinished');
  });

  test('several processes keep versions at the same time', async () => {
    const exits = [0, 1, 2].map(
      (process) =>
        new Promise<number | null>((resolve) => {
          const child = fork(join(import.meta.dirname, 'keep-many.ts'), [folder, String(process)]);
          child.on('exit', resolve);
        }),
    );
    expect(await Promise.all(exits)).toEqual([0, 0, 0]);
    const versions = await store.versions();
    const latest = await store.latest();
    expect(versions.length).toBeGreaterThanOrEqual(5);
    expect(latest).toBeDefined();
    for (const { digest } of versions) expect(String(await store.bytes(digest))).toMatch(/^bytes of/);
    expect(
      (await readdir(join(folder, 'main', 'versions'))).filter((name) => name.endsWith('.unfinished')),
    ).toEqual([]);
  });
});

describe('reading what somebody edited', () => {
  test.for([
    ['no JSON', '{'],
    ['another shape', '[1]'],
    ['a path for a digest', '{"digest": "../../etc/passwd"}'],
  ])('a record or pointer with %s counts as none', async ([, content = '']) => {
    await keepVersion(store, 1);
    await writeFile(join(folder, 'main', 'latest.json'), content);
    await writeFile(join(folder, 'main', 'versions', `${'a'.repeat(64)}.json`), content);
    expect(await store.latest()).toBeUndefined();
    expect(await revisions()).toEqual(['r1']);
  });

  test.for([
    ['that is empty', ''],
    ['that is no JSON', 'r1'],
    ['without a digest', '{"revision": "r1"}'],
    ['with a path for a digest', '{"digest": "../r1"}'],
  ])('a pin %s is unusable, not absent', async ([, content = '']) => {
    await store.prepare();
    await writeFile(store.pinPath, content);
    expect(await store.pin()).toBe('unusable');
  });

  test('a pin that may not be read is unusable, not absent', async () => {
    await mkdir(store.pinPath, { recursive: true });
    expect(await store.pin()).toBe('unusable');
  });
});

describe('pinning', () => {
  beforeEach(async () => {
    for (let at = 1; at <= 3; at += 1) await keepVersion(store, at);
  });

  test.for([
    ['its revision', 'r2'],
    ['its digest', versionDigest(2)],
    ['the beginning of its digest', versionDigest(2).slice(0, 8)],
    ['being the one before the latest', 'previous'],
  ])('a version is named by %s', async ([, version = '']) => {
    const clock = { now: () => Date.UTC(2030, 0, 1) };
    const pin = await pinVersion(folder, 'main', { version, by: 'ada' }, clock);
    expect(pin).toEqual({
      digest: versionDigest(2),
      revision: 'r2',
      since: '2030-01-01T00:00:00.000Z',
      by: 'ada',
    });
    expect(await store.pin()).toEqual(pin);
    expect(await listVersions(folder, 'main')).toMatchObject([
      { revision: 'r3', latest: true, pinned: false },
      { revision: 'r2', latest: false, pinned: true },
      { revision: 'r1', latest: false, pinned: false },
    ]);
    expect(await unpin(folder, 'main')).toBe(true);
    expect(await unpin(folder, 'main')).toBe(false);
  });

  test.for([
    ['a revision that is not kept', 'r9', 'version_unknown'],
    ['too little of a digest', versionDigest(2).slice(0, 7), 'version_unknown'],
    ['a revision that two have', 'same', 'version_ambiguous'],
  ])('%s is refused', async ([, version = '', code]) => {
    await keepVersion(store, 4, 'same');
    await keepVersion(store, 5, 'same');
    await expect(pinVersion(folder, 'main', { version, by: 'ada' })).rejects.toMatchObject({
      code,
      bundle: 'main',
    });
    expect(await store.pin()).toBeUndefined();
  });

  test('where nothing is kept, the message says so', async () => {
    await expect(pinVersion(folder, 'other', { version: 'previous', by: 'ada' })).rejects.toThrow('data_dir');
  });
});
