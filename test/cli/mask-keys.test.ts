// `portcullis mask-keys create` over a file, and for a variable of the environment.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMaskKeys } from '../../gateway/mask/index.ts';
import { runCli } from './run-cli.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-mask-keys-'));
  file = join(folder, 'mask-keys.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

const create = (...more: string[]) => runCli(['mask-keys', 'create', ...more]);
const idsIn = async () => readMaskKeys(await readFile(file, 'utf8')).ids;

test('a file with one key is made, which only its owner can read', async () => {
  const { code, stdout, stderr } = await create(file, '--id', 'first');
  expect([code, stdout, stderr]).toEqual([0, '', 'The key "first" is in use now.\n']);
  expect(await idsIn()).toEqual(['first']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a key is called by the date, unless it has a name', async () => {
  await create(file);
  expect(await idsIn()).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d$/)]);
});

test('keys that are there stay, unless they are to be rotated', async () => {
  await create(file, '--id', 'a');
  const before = await readFile(file, 'utf8');
  const { code, stderr } = await create(file, '--id', 'b');
  expect(code).toBe(1);
  expect(stderr).toContain('with --rotate its keys stay as older ones');
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('a key that takes over stands first; comments and older keys stay as they are', async () => {
  const old = Buffer.alloc(32, 3).toString('base64');
  await writeFile(file, `# whose they are\nkeys:\n  # made in spring\n  - { id: 2025, key: "${old}" }\n`);
  const { code, stderr } = await create(file, '--rotate', '--id', 'autumn');
  expect([code, stderr]).toEqual([0, 'The key "autumn" is in use now. Rules may still name 2025.\n']);
  const text = await readFile(file, 'utf8');
  expect(text).toContain('# whose they are\n');
  expect(text).toContain('# made in spring\n');
  expect(text).toContain(old);
  expect(await idsIn()).toEqual(['autumn', '2025']);
});

test.each([
  ['an id that is there', ['--rotate', '--id', 'a'], 'two mask keys have the id "a"'],
  ['a file that holds no keys', ['--rotate', '--id', 'b'], 'must be a list `keys`', 'other: 1\n'],
])('%s changes nothing', async (_, options, words, text?: string) => {
  if (text === undefined) await create(file, '--id', 'a');
  else await writeFile(file, text);
  const before = await readFile(file, 'utf8');
  const { code, stderr } = await create(file, ...options);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('nothing can be rotated where there is no file', async () => {
  const { code, stderr } = await create(file, '--rotate');
  expect([code, stderr]).toEqual([1, expect.stringContaining('nothing to rotate')]);
});

test('a key for the environment is printed as the gateway reads it', async () => {
  const { stdout } = await create('--print', '--id', 'e');
  expect(stdout.trimEnd()).not.toContain('\n');
  expect(readMaskKeys(stdout).ids).toEqual(['e']);
});
