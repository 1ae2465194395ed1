// The hash of a file as signatures name it: of its bytes, or of the canonical text when the file is data.
import { createHash } from 'node:crypto';
import { BundleRefused } from './bundle-refused.ts';
import { quotePath } from './file-path.ts';

/** OPA's names. MD5 and SHA-1, which it knows too, are broken: a signature over them says nothing. */
const algorithms: Readonly<Record<string, string>> = {
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512-224': 'sha512-224',
  'SHA-512-256': 'sha512-256',
};

export function hashFile(content: Buffer | string, algorithm: string, path: string): string {
  const name = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined;
  if (name === undefined) {
    throw new BundleRefused(
      'hash_algorithm_refused',
      `the signature names ${quotePath(algorithm)} as the hash of ${quotePath(path)}; sign it with one of ${Object.keys(algorithms).join(', ')}`,
    );
  }
  return createHash(name).update(content).digest('hex');
}
