// The file of mask keys: YAML or JSON with ids and secrets, the newest first.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type MaskKey, MaskKeys } from './mask-keys.ts';

/** What is wrong with the keys, without a word of them. */
export class MaskKeysRefused extends Error {
  override readonly name = 'MaskKeysRefused';
}

const fewestBytes = 32;

/** @throws MaskKeysRefused */
export async function loadMaskKeys(path: string): Promise<MaskKeys> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new MaskKeysRefused(`the file of mask keys can't be read (${code})`);
  }
  return readMaskKeys(text);
}

/**
 * Reads `keys: [{ id: "2026-11", key: <base64 of 32 bytes or more> }, …]`; the first one is in use.
 *
 * @throws MaskKeysRefused
 */
export function readMaskKeys(text: string): MaskKeys {
  const list = (parsed(text) as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(list) || list.length === 0) {
    throw new MaskKeysRefused('mask keys must be a list `keys` of { id, key }, the newest first');
  }
  const keys = list.map(readKey);
  const twice = keys.find(({ id }, at) => keys.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined) throw new MaskKeysRefused(`two mask keys have the id "${twice.id}"`);
  return new MaskKeys(keys);
}

/** The parser's own words may quote the text. */
function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new MaskKeysRefused('mask keys must be YAML or JSON');
  }
}

function readKey(entry: unknown, at: number): MaskKey {
  const { id, key } = (entry ?? {}) as { id?: unknown; key?: unknown };
  // YAML reads an id such as 2026 as a number.
  const name = typeof id === 'number' ? String(id) : id;
  if (typeof name !== 'string' || name === '') {
    throw new MaskKeysRefused(`mask key ${at + 1} has no id; give it one, such as "2026-11"`);
  }
  const secret = typeof key === 'string' ? fromBase64(key) : undefined;
  if (secret === undefined || secret.length < fewestBytes) {
    throw new MaskKeysRefused(
      `the key of mask key "${name}" must be base64 of at least ${fewestBytes} bytes: openssl rand -base64 32`,
    );
  }
  return { id: name, secret };
}

function fromBase64(text: string): Buffer | undefined {
  const plain = text.replace(/\s/g, '');
  return /^[A-Za-z\d+/_-]*={0,2}$/.test(plain) ? Buffer.from(plain, 'base64') : undefined;
}
