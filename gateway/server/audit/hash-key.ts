// The key by which values are hashed that events may not hold, so that equal ones can be found.
import { readFileSync } from 'node:fs';
import type { Config } from '../../config/index.ts';
import type { HashKey } from './said-values.ts';

/** Shorter ones can be tried out. */
const FEWEST_BYTES = 16;

/** Undefined: values are left out. Throws where there is no key to hash with. */
export function hashKeyOf({ parameters, hash_key_file: file }: Config['audit']): HashKey {
  if (parameters !== 'hash') return undefined;
  if (file === undefined) throw new Error('audit.parameters is hash, and audit.hash_key_file names no key');
  const key = Buffer.from(readFileSync(file, 'utf8').trim());
  if (key.length < FEWEST_BYTES)
    throw new Error(`audit.hash_key_file ${file}: the key has fewer than ${FEWEST_BYTES} characters`);
  return key;
}
