// Mask keys under a running gateway: new ones are taken from the file, and what is broken leaves those before in use.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log } from '../../gateway/lib/index.ts';
import { WatchedMaskKeys } from '../../gateway/server/watched-mask-keys.ts';

let folder: string;
let file: string;
let said: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-mask-keys-'));
  file = join(folder, 'mask-keys.yaml');
  said = [];
});
afterEach(() => rm(folder, { recursive: true }));

const say = (...words: unknown[]) => void said.push(words.map((word) => JSON.stringify(word)).join(' '));
const log = { info: say, error: say } as unknown as Log;
const secret = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const list = (...ids: string[]) =>
  JSON.stringify({ keys: ids.map((id, at) => ({ id, key: secret(at + 1) })) });

/** As those who rotate secrets do it: the file is another one at once. */
async function write(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

async function started(
  environment: Readonly<Record<string, string>> = {},
  config: object = { keys_file: file },
) {
  const keys = new WatchedMaskKeys(log, (name) => environment[name]);
  (await keys.prepare(config))();
  return keys;
}

test('a file that is the same is not read again', async () => {
  await write(list('a'));
  const keys = await started();
  const { current } = keys;
  await keys.look();
  expect(keys.current).toBe(current);
  expect(said).toEqual([]);
});

test('a new key is in use once the file has changed, and the one before can still be named', async () => {
  await write(list('old'));
  const keys = await started();
  const before = keys.current.for('customer');
  await write(
    JSON.stringify({
      keys: [
        { id: 'new', key: secret(9) },
        { id: 'old', key: secret(1) },
      ],
    }),
  );
  await keys.look();
  expect(keys.health).toEqual({ in_use: 'new', older: ['old'] });
  const value = Buffer.from('value');
  expect(keys.current.for('customer')?.mac(value)).not.toBe(before?.mac(value));
  expect(keys.current.for('customer', 'old')?.mac(value)).toBe(before?.mac(value));
  expect(said.join()).toContain('mask keys reloaded');
});

test.each([
  ['broken', 'keys: [{ id: new, key: short }]', /the key of mask key \\?"new\\?" must be base64/],
  ['not YAML', 'keys: [', /must be YAML or JSON/],
  ['empty', '', /must be a list/],
  ['gone', undefined, /can't be read \(ENOENT\)/],
])('a file that is %s leaves the keys before in use, and health says so', async (_, text, problem) => {
  await write(list('a', 'b'));
  const keys = await started();
  const { current } = keys;
  if (text === undefined) await rm(file);
  else await write(text);
  await keys.look();
  await keys.look();
  expect(keys.current).toBe(current);
  expect(keys.health).toMatchObject({ in_use: 'a', older: ['b'], problem: expect.stringMatching(problem) });
  expect(said).toHaveLength(1);
  expect(said.join() + JSON.stringify(keys.health)).not.toContain(secret(1));
  await write(list('c'));
  await keys.look();
  expect(keys.health).toEqual({ in_use: 'c' });
});

test('keys come from the variable that the configuration names', async () => {
  const keys = await started({ MASK_KEYS: list('a', 'b') }, { keys_env: 'MASK_KEYS' });
  expect(keys.health).toEqual({ in_use: 'a', older: ['b'] });
  await keys.look();
  expect(keys.health).toEqual({ in_use: 'a', older: ['b'] });
});

test('a variable that is not set keeps the gateway from starting, and a reload from taking place', async () => {
  const keys = await started({ MASK_KEYS: list('a') }, { keys_env: 'MASK_KEYS' });
  await expect(keys.prepare({ keys_env: 'OTHER' })).rejects.toThrow('the variable OTHER is not set');
  expect(keys.health).toEqual({ in_use: 'a' });
});

test('without keys health says that none is in use', async () => {
  expect((await started({}, {})).health).toEqual({ in_use: undefined });
});
