// Checks the file of mask keys as the gateway reads it.

import { loadMaskKeys, MaskKeysRefused } from '../../mask/index.ts';
import { bad, type Finding, good } from './finding.ts';

export async function checkMaskKeys(about: string, path: string | undefined): Promise<Finding> {
  if (path === undefined) {
    return good(about, 'absent: values under masks of the kinds hash and token become NULL');
  }
  try {
    const { ids } = await loadMaskKeys(path);
    const [newest, ...older] = ids;
    const others = older.length === 0 ? '' : `; rules may still name ${older.join(', ')}`;
    return good(about, `the key "${newest}" is in use${others}`);
  } catch (error) {
    if (!(error instanceof MaskKeysRefused)) throw error;
    return bad(about, `${path}: ${error.message}`);
  }
}
