// The key that a bundle is signed with, looked at before OPA signs: it says of a wrong key what only its makers understand.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CommandError } from '../../command.ts';

const curves: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};

/** Undefined for a shared secret. */
export async function readSigningKey(file: string, algorithm: string): Promise<KeyObject | undefined> {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`the signing key ${file} cannot be read: ${error.code}`);
  });
  if (algorithm.startsWith('HS')) {
    if (content.length === 0) throw new CommandError(`the signing key ${file} is empty`);
    return undefined;
  }
  const key = parse(content);
  if (key === undefined) {
    throw new CommandError(`the signing key ${file} is no private key`, {
      hint: 'It is a PEM file without a passphrase, as `openssl genpkey` writes it.',
    });
  }
  const curve = curves[algorithm];
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (curve === undefined ? type === 'rsa' : type === 'ec' && details?.namedCurve === curve) return key;
  const wanted = curve === undefined ? 'an RSA key' : `a key on the curve ${curve}`;
  throw new CommandError(`the signing key ${file} is not for ${algorithm}, which takes ${wanted}`, {
    hint: 'Name the algorithm of the key with --algorithm.',
  });
}

function parse(pem: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
