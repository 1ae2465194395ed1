// The Ed25519 key with which a gateway signs how far its journal has come: read from a file, or made once.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type SigningKey = Readonly<{ id: string; privateKey: KeyObject; publicKey: KeyObject }>;
export type PublicSigningKey = Readonly<{ id: string; publicKey: KeyObject }>;

/** Where it is when none is named: one for all chains of a gateway. */
export const defaultKeyFile = (auditFolder: string): string => join(auditFolder, 'signing-key.pem');

/** Makes the key when the file is not there, readable by its owner alone. */
export function openSigningKey(file: string, { create }: { create: boolean }): SigningKey {
  if (create) makeOnce(file);
  const privateKey = createPrivateKey(readFileSync(file));
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`${file} is not an Ed25519 key`);
  const publicKey = createPublicKey(privateKey);
  return { id: keyIdOf(publicKey), privateKey, publicKey };
}

/** A public key in PEM, or the private one that it belongs to. */
export function readPublicKey(pem: string | Buffer): PublicSigningKey {
  const publicKey = createPublicKey(pem);
  if (publicKey.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
  return { id: keyIdOf(publicKey), publicKey };
}

/** Names a key in what it signed: the first letters of its SHA-256. */
function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url').slice(0, 16);
}

/** Several processes of a gateway may start at once: one of their keys stays. */
function makeOnce(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
