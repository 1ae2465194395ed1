// The file of mask keys, what is wrong with one, and keys that follow each other.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMaskKeys, MaskKeysRefused, noMaskKeys, readMaskKeys } from '../../gateway/mask/index.ts';
import fc from '../support/properties.ts';

const secret = (fill: number, length = 32) => Buffer.alloc(length, fill).toString('base64');
const two = `keys:\n  - { id: "2026-11", key: ${secret(1)} }\n  - { id: 2026, key: "${secret(2, 64)}" }\n`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mask-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('reads YAML and JSON, the newest key first', async () => {
  await writeFile(join(folder, 'keys.yaml'), two);
  expect((await loadMaskKeys(join(folder, 'keys.yaml'))).ids).toEqual(['2026-11', '2026']);
  expect(readMaskKeys(JSON.stringify({ keys: [{ id: 'a', key: secret(1) }] })).ids).toEqual(['a']);
});

describe('keys that are refused', () => {
  it.each([
    ['nothing', '', 'must be a list'],
    ['no list', 'keys: {}', 'must be a list'],
    ['an empty list', 'keys: []', 'must be a list'],
    ['no YAML', `keys: [${secret(1)}`, 'must be YAML or JSON'],
    ['no id', `keys: [{ key: ${secret(1)} }]`, 'mask key 1 has no id'],
    ['no key', 'keys: [{ id: a }]', 'must be base64'],
    ['a short key', `keys: [{ id: a, key: ${secret(1, 31)} }]`, 'at least 32 bytes'],
    ['no base64', `keys: [{ id: a, key: "${secret(1)}!" }]`, 'must be base64'],
    ['an id twice', `keys: [{ id: a, key: ${secret(1)} }, { id: a, key: ${secret(2)} }]`, 'the id "a"'],
    ['an entry that is nothing', 'keys: [~]', 'mask key 1 has no id'],
  ])('%s', (_, text, why) => {
    let message = '';
    try {
      readMaskKeys(text);
    } catch (error) {
      expect(error).toBeInstanceOf(MaskKeysRefused);
      message = (error as Error).message;
    }
    expect(message).toContain(why);
    expect(message).not.toContain(secret(1).slice(0, 8));
  });

  it('a file that is not there', async () => {
    await expect(loadMaskKeys(join(folder, 'absent'))).rejects.toThrow('ENOENT');
  });
});

it('the first key is in use, and an older one by its id', () => {
  const keys = readMaskKeys(two);
  const mac = (id?: string) => keys.for('pii.ssn', id)?.mac(Buffer.from('x'));
  expect(mac()).toBe(mac('2026-11'));
  expect(mac('2026')).not.toBe(mac());
  // After another rotation, rules that name the key still get it.
  const [, second = ''] = two.split('\n');
  const rotated = readMaskKeys(`keys:\n  - { id: next, key: ${secret(3)} }\n${second}\n`);
  expect(rotated.for('pii.ssn', '2026-11')?.mac(Buffer.from('x'))).toBe(mac());
  expect(rotated.for('pii.ssn')?.mac(Buffer.from('x'))).not.toBe(mac());
});

it('there is no key for an id that is not in the file, nor without a file', () => {
  expect(readMaskKeys(two).for('x', '2025')).toBeUndefined();
  expect(noMaskKeys.for('x')).toBeUndefined();
});

it('is HMAC-SHA-256, whatever the length and whether in pieces', () => {
  const key = readMaskKeys(two).for('x');
  const long = Buffer.alloc(5000, 'y');
  expect(key?.mac(long)).toBe(
    key?.begin().update(long.subarray(0, 99)).update(long.subarray(99)).digest('hex'),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
      expect(key?.mac(Buffer.from(message))).toBe(key?.begin().update(message).digest('hex'));
    }),
  );
});
