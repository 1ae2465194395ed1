// Makes mask keys, and puts a new one in front of those in a file.
import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { isMap, isSeq, parseDocument } from 'yaml';
import { writeWhole } from '../../lib/index.ts';
import type { MaskKeys } from './mask-keys.ts';
import { MaskKeysRefused, readMaskKeys } from './read-mask-keys.ts';

export type FreshMaskKey = Readonly<{ id: string; key: string }>;

const heading =
  '# The keys of masks, the newest first. Who has them can find out what a token or hash stands for.\n';

export function freshMaskKey(id: string): FreshMaskKey {
  return { id, key: randomBytes(32).toString('base64') };
}

/** One line, as a variable of the environment can hold it. */
export function printMaskKeys(keys: readonly FreshMaskKey[]): string {
  return JSON.stringify({ keys });
}

/**
 * Comments and older keys stay as they are. A reader of the file sees what it was, or all of what it becomes.
 *
 * @throws MaskKeysRefused
 */
export async function addMaskKey(
  file: string,
  key: FreshMaskKey,
  { rotate }: Readonly<{ rotate: boolean }>,
): Promise<MaskKeys> {
  // A link, such as a mounted secret, stays one.
  const target = await realpath(file).catch(() => file);
  const before = await readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (before !== undefined && !rotate) {
    throw new MaskKeysRefused('there is such a file; with --rotate its keys stay as older ones');
  }
  if (before === undefined && rotate)
    throw new MaskKeysRefused('there is no such file, and so nothing to rotate');
  const text = before === undefined ? `${heading}${listOf(key)}` : withKey(before, key);
  const keys = readMaskKeys(text);
  await writeWhole(target, text);
  return keys;
}

const listOf = ({ id, key }: FreshMaskKey): string =>
  `keys:\n  - { id: ${JSON.stringify(id)}, key: ${JSON.stringify(key)} }\n`;

function withKey(before: string, key: FreshMaskKey): string {
  readMaskKeys(before);
  const document = parseDocument(before);
  const list = isMap(document.contents) ? document.contents.get('keys') : undefined;
  if (!isSeq(list)) throw new MaskKeysRefused('mask keys must be a list `keys` of { id, key }');
  (list.items as unknown[]).unshift(document.createNode(key, { flow: true }));
  return document.toString({ lineWidth: 0 });
}
