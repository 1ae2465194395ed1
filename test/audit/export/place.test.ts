// Where an export goes: what stands under the name stays what it is, and a disk without room is said with the file's name.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';

const statements = 500;

const disk = mkdtempSync(join(tmpdir(), 'portcullis-export-disk-'));
const whyNot = mounted();
if (whyNot !== undefined) console.log(`skipped: no small file system could be mounted (${whyNot})`);

function mounted(): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-export-place-'));
  stage = makeStage();
  const journal = await stage.open();
  for (let at = 0; at < statements; at++)
    tell(journal, { who: 'human:ada', session: 'a', text: `SELECT name FROM customers WHERE id = ${at}` });
  await journal.close();
});
afterAll(async () => {
  if (whyNot === undefined) execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
  stage.remove();
  await rm(folder, { recursive: true, force: true });
});

const exportTo = (file: string, ...words: string[]) =>
  runCli(['audit', 'export', '--audit', stage.folder, '-o', file, ...words]);
const done = { code: 0, stderr: expect.stringMatching(/^[\d,]+ events\n$/) };

test.each([
  { name: 'a file', isThere: true },
  { name: 'nothing yet', isThere: false },
])('a symbolic link to $name is followed', async ({ isThere }) => {
  const real = join(folder, `real-${isThere}.jsonl`);
  const link = join(folder, `link-${isThere}.jsonl`);
  if (isThere) await writeFile(real, 'old');
  await symlink(`real-${isThere}.jsonl`, link);
  expect(await exportTo(link)).toMatchObject(done);
  expect(await readlink(link)).toBe(`real-${isThere}.jsonl`);
  expect((await readFile(real, 'utf8')).split('\n').length).toBeGreaterThan(2 * statements);
  expect((await readdir(folder)).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
});

test('a named pipe is written to, and stays one', async () => {
  const pipe = join(folder, 'pipe.csv');
  execFileSync('mkfifo', [pipe]);
  const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'ignore'] });
  const read = text(reader.stdout);
  const run = await exportTo(pipe);
  const isPipe = (await lstat(pipe)).isFIFO();
  // Where it was replaced, nobody ever writes to it.
  if (!isPipe) reader.kill();
  expect({ ...run, isPipe }).toMatchObject({ ...done, isPipe: true });
  expect((await read).split('\r\n').length).toBeGreaterThan(2 * statements);
});

test('Parquet is for files alone', async () => {
  const link = join(folder, 'null.parquet');
  await symlink('/dev/null', link);
  const { code, stderr } = await exportTo(link);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`Parquet needs a file`) });
});

test('a device without room is said with the name that was given', async () => {
  const link = join(folder, 'full.jsonl');
  await symlink('/dev/full', link);
  const { code, stderr } = await exportTo(link);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/full\.jsonl cannot be written: no room is left there \(ENOSPC\)\n.*--out/),
  });
});

test.skipIf(whyNot !== undefined).each(['jsonl', 'csv', 'parquet'])(
  'a full disk keeps no half of a file: %s',
  async (format) => {
    const { code, stderr } = await exportTo(join(disk, `all.${format}`));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/all\.\w+ cannot be written: no room is left there \(ENOSPC\)\n.*--out/),
    });
    expect(await readdir(disk)).toEqual([]);
  },
);
