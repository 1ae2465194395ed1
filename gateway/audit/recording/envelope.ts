// Seals bytes for whoever has a private key, and opens them with it: what has only the public key can't read them back.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** Whose private key opens it. */
export type Recipient = Readonly<{ id: string; key: KeyObject }>;

/** The content key, encrypted for one recipient. */
export type WrappedKey = Readonly<{
  /** Which key opens it. */
  key: string;
  /** The public half of a pair that was made for this and forgotten. */
  ephemeral: string;
  wrapped: string;
}>;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Each key encrypts one thing only, so that a nonce has nothing to tell apart. */
const nonce = Buffer.alloc(12);
/** The first bytes of an X25519 key in DER (RFC 8410): what follows is the key. */
const derPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** Told apart from others by the first 16 digits of its hash. */
export const keyId = (key: KeyObject): string =>
  createHash('sha256').update(rawOf(key)).digest('hex').slice(0, 16);

/** A key for one piece of content, wrapped for each recipient. */
export function freshContentKey(recipients: readonly Recipient[]): {
  contentKey: Buffer;
  wrapped: readonly WrappedKey[];
} {
  const contentKey = randomBytes(KEY_BYTES);
  return { contentKey, wrapped: recipients.map((recipient) => wrap(contentKey, recipient)) };
}

function wrap(contentKey: Buffer, { id, key }: Recipient): WrappedKey {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const ephemeral = rawOf(publicKey);
  const secret = diffieHellman({ privateKey, publicKey: key });
  const wrapped = seal(wrappingKey(secret, ephemeral, rawOf(key)), contentKey, ephemeral);
  return { key: id, ephemeral: ephemeral.toString('base64url'), wrapped: wrapped.toString('base64url') };
}

/** Throws when the key isn't the one that it was wrapped for, or something was changed. */
export function unwrap(wrapped: WrappedKey, privateKey: KeyObject): Buffer {
  const ephemeral = Buffer.from(wrapped.ephemeral, 'base64url');
  const publicKey = createPublicKey({
    key: Buffer.concat([derPrefix, ephemeral]),
    format: 'der',
    type: 'spki',
  });
  const secret = diffieHellman({ privateKey, publicKey });
  const own = rawOf(createPublicKey(privateKey));
  return open(wrappingKey(secret, ephemeral, own), Buffer.from(wrapped.wrapped, 'base64url'), ephemeral);
}

/** Both public keys are part of it, so that nobody can put another pair in their place. */
const wrappingKey = (secret: Buffer, ephemeral: Buffer, recipient: Buffer): Buffer =>
  Buffer.from(
    hkdfSync('sha256', secret, Buffer.concat([ephemeral, recipient]), 'portcullis recording 1', KEY_BYTES),
  );

/** `around`: what stands in the clear beside it and must be the same when it is opened. */
export function seal(key: Buffer, plain: Buffer, around: Buffer): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(around);
  const sealed = cipher.update(plain);
  return Buffer.concat([sealed, cipher.final(), cipher.getAuthTag()]);
}

export function open(key: Buffer, sealed: Buffer, around: Buffer): Buffer {
  const end = sealed.length - TAG_BYTES;
  if (end < 0) throw new Error('it is too short');
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(around);
  decipher.setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
}

/** The 32 bytes of a public key. */
function rawOf(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(derPrefix.length);
}
