// Checks the mask keys as the gateway reads them, from their file or from the environment.

import type { Config } from '../../config/index.ts';
import { loadMaskKeys, MaskKeysRefused, readMaskKeys } from '../../mask/index.ts';
import { bad, type Finding, good } from './finding.ts';

export async function checkMaskKeys(
  { keys_file: file, keys_env: variable }: Config['masking'],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Finding> {
  if (file === undefined && variable === undefined) {
    return good('masking', 'no mask keys: values under masks of the kinds hash and token become NULL');
  }
  const about = file === undefined ? 'masking.keys_env' : 'masking.keys_file';
  const text = variable === undefined ? '' : environment[variable];
  if (text === undefined) {
    // Whoever checks may not be who starts the gateway.
    const fix = `Run this with ${variable} as the gateway has it.`;
    return bad(about, `the variable ${variable} is not set here; the gateway would not start`, fix);
  }
  try {
    const { ids } = file === undefined ? readMaskKeys(text) : await loadMaskKeys(file);
    const [newest, ...older] = ids;
    const others = older.length === 0 ? '' : `; rules may still name ${older.join(', ')}`;
    return good(about, `the key "${newest}" is in use${others}`);
  } catch (error) {
    if (!(error instanceof MaskKeysRefused)) throw error;
    return bad(about, `${file ?? variable}: ${error.message}`, createHint(file));
  }
}

const createHint = (file: string | undefined): string =>
  file === undefined
    ? 'portcullis mask-keys create --print makes such keys.'
    : `portcullis mask-keys create ${file} makes such a file.`;
