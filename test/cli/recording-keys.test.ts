// `portcullis audit recording-keys create` makes both files, or none.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fillDisk, onSmallDisk } from '../support/small-disk.ts';
import { runCli } from './run-cli.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-recording-keys-'));
});

afterEach(() => rm(folder, { recursive: true }));

const create = (file: string) => runCli(['audit', 'recording-keys', 'create', file]);

test('keys are made once, the private one for its owner alone', async () => {
  const file = join(folder, 'new.pem');
  expect(await create(file)).toMatchObject({ code: 0, stdout: '' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toContain('BEGIN PRIVATE KEY');
  expect(await readFile(`${file}.pub`, 'utf8')).toContain('BEGIN PUBLIC KEY');
  expect(await create(file)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('new.pem is there already'),
  });
  expect(await runCli(['audit', 'recording-keys', 'show', file])).toMatchObject({ code: 2 });
});

test.each(['a.pem', 'a.pem.pub'])(
  'where %s is there already nothing is made, and nothing changed',
  async (name) => {
    await writeFile(join(folder, name), 'of somebody');
    for (const _ of ['once', 'again']) {
      const { code, stderr } = await create(join(folder, 'a.pem'));
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(`${name} is there already`),
      });
      expect(await readdir(folder)).toEqual([name]);
    }
    expect(await readFile(join(folder, name), 'utf8')).toBe('of somebody');
  },
);

test('where there is no room for them nothing is left behind', (context) =>
  onSmallDisk(context, async (disk) => {
    fillDisk(disk);
    const { code, stderr } = await create(join(disk, 'k.pem'));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('cannot be written: ENOSPC'),
    });
    expect(await readdir(disk)).toEqual(['full']);
  }));
