// What the tests of bundles open them with.
import { BundleRefused, type OpenOptions, openBundle } from '../../../gateway/policy/index.ts';
import type { SigningKey } from '../../support/build-bundle.ts';

export const limits = { bytes: 16 * 1024 * 1024, unpackedBytes: 64 * 1024 * 1024 };

export const unsigned: OpenOptions = { name: 'main', signing: 'unsigned', limits };

export function signedWith(key: SigningKey, rules: { scope?: string; key_id?: string } = {}): OpenOptions {
  return { name: 'main', signing: { key: key.publicFile, algorithm: key.algorithm, ...rules }, limits };
}

/** The refusal of a bundle; fails when it is taken, or when anything else is thrown. */
export async function refusalOf(bundle: Buffer, options: OpenOptions): Promise<BundleRefused> {
  const outcome = await openBundle(bundle, options).catch((thrown: unknown) => thrown);
  if (outcome instanceof BundleRefused) return outcome;
  throw new Error('the bundle was not refused', { cause: outcome });
}
