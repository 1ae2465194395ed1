// The key that a bundle's signature is checked with, read from its file at each use so that a new one counts at once.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SigningConfig } from '../../config/index.ts';
import { BundleRefused } from './bundle-refused.ts';

const curves: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};

export async function readSigningKey({ key, algorithm }: SigningConfig): Promise<KeyObject | Uint8Array> {
  const content = await readFile(key).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(
      `cannot be read (${cause.code ?? 'unknown'})`,
      'see that it is there and may be read',
      cause,
    );
  });
  if (algorithm.startsWith('HS')) {
    // OPA takes the file as it is, a line feed at its end too: so do we.
    if (content.length === 0) throw unusable('is empty', 'put the shared secret in it');
    return new Uint8Array(content);
  }
  return readPublicKey(content.toString('utf8'), algorithm);
}

function readPublicKey(pem: string, algorithm: string): KeyObject {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw unusable(
      'is a private key',
      'give the gateway the public key alone, and keep this one with whoever signs',
    );
  }
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw unusable('is no public key', 'it is a PEM file: PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE', cause);
  }
  const curve = curves[algorithm];
  const fits =
    curve === undefined
      ? key.asymmetricKeyType === 'rsa'
      : key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve;
  if (!fits)
    throw unusable(
      `is no key for ${algorithm}`,
      'correct signing.algorithm, or name the key that belongs to it',
    );
  return key;
}

/** Says nothing of what the file holds. */
function unusable(what: string, remedy: string, cause?: unknown): BundleRefused {
  return new BundleRefused('signing_key_unusable', `the file of signing.key ${what}; ${remedy}`, { cause });
}
