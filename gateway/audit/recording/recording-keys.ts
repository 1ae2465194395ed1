// The keys of recordings: a public one that gateways write with, and a private one that auditors keep.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { keyId, type Recipient } from './envelope.ts';

/** What is wrong with a key file, for whoever configures it. */
export class RecordingKeyRefused extends Error {}

export type RecordingKeyPair = Readonly<{ id: string; publicPem: string; privatePem: string }>;

export function freshRecordingKeys(): RecordingKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    id: keyId(publicKey),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** A file may hold several: each of their owners can open what is recorded. */
export async function readRecipients(file: string): Promise<readonly Recipient[]> {
  const text = await textOf(file);
  if (/PRIVATE KEY/.test(text))
    throw new RecordingKeyRefused(
      'it holds a private key, which belongs where the auditor keeps it: name the public one here',
    );
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0)
    throw new RecordingKeyRefused('it holds no public key: portcullis audit recording-keys create makes one');
  return blocks.map((block) => {
    const key = x25519(() => createPublicKey(block));
    return { id: keyId(key), key };
  });
}

/** By their ids. A file may hold several. */
export async function readPrivateKeys(file: string): Promise<ReadonlyMap<string, KeyObject>> {
  const text = await textOf(file);
  const blocks = text.match(/-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/g) ?? [];
  if (blocks.length === 0) throw new RecordingKeyRefused('it holds no private key of recordings');
  const keys = blocks.map((block) => x25519(() => createPrivateKey(block)));
  return new Map(keys.map((key) => [keyId(key), key]));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RecordingKeyRefused(
      `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
    );
  }
}

function x25519(read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new RecordingKeyRefused('it is no key in PEM form');
  }
  if (key.asymmetricKeyType !== 'x25519')
    throw new RecordingKeyRefused(
      `it is a key of the type ${key.asymmetricKeyType}: recordings need X25519, as portcullis audit recording-keys create makes it`,
    );
  return key;
}
