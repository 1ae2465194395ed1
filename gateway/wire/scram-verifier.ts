// What a server keeps of a SCRAM password: enough to check a proof, not enough to make one (RFC 5802, section 3).
import { createHmac, hash, pbkdf2, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { preparePassword } from './saslprep.ts';
import { decodeBase64 } from './scram-message.ts';

/** The verifier of one password, as PostgreSQL stores it in `pg_authid.rolpassword`. */
export type ScramVerifier = Readonly<{
  iterations: number;
  salt: Buffer;
  storedKey: Buffer;
  serverKey: Buffer;
}>;

/** What a client derives from its password for one salt and iteration count. As secret as the password itself. */
export type ScramKeys = Readonly<{ clientKey: Buffer; storedKey: Buffer; serverKey: Buffer }>;

export const KEY_BYTES = 32;
const pbkdf2InPool = promisify(pbkdf2);
const DEFAULT_ITERATIONS = 4096;
const SALT_BYTES = 16;

/**
 * Derives the verifier of a password.
 *
 * @example
 * printVerifier(createVerifier('pencil')) // 'SCRAM-SHA-256$4096:…$…:…'
 */
export function createVerifier(
  password: string | Uint8Array,
  {
    iterations = DEFAULT_ITERATIONS,
    salt = randomBytes(SALT_BYTES),
  }: { iterations?: number; salt?: Buffer } = {},
): ScramVerifier {
  const salted = pbkdf2Sync(preparePassword(password), salt, iterations, KEY_BYTES, 'sha256');
  const { storedKey, serverKey } = keysOf(salted);
  return { iterations, salt, storedKey, serverKey };
}

/** What a client needs to answer a challenge. PBKDF2 is slow on purpose: it runs in the thread pool. */
export async function deriveKeys(
  password: string | Uint8Array,
  { salt, iterations }: Pick<ScramVerifier, 'salt' | 'iterations'>,
): Promise<ScramKeys> {
  return keysOf(await pbkdf2InPool(preparePassword(password), salt, iterations, KEY_BYTES, 'sha256'));
}

/** The keys of RFC 5802, section 3, from `SaltedPassword` (PBKDF2 over the prepared password). */
export function keysOf(saltedPassword: Buffer): ScramKeys {
  const clientKey = hmac(saltedPassword, 'Client Key');
  return { clientKey, storedKey: sha256(clientKey), serverKey: hmac(saltedPassword, 'Server Key') };
}

/** Reads PostgreSQL's form `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`. */
export function parseVerifier(text: string): ScramVerifier {
  const match = /^SCRAM-SHA-256\$([1-9]\d{0,9}):([^$:]+)\$([^$:]+):([^$:]+)$/.exec(text);
  const [, iterations = '', salt = '', storedKey = '', serverKey = ''] = match ?? [];
  if (match === null || Number(iterations) > 0x7fffffff) {
    // The text is a credential: not even a part of it goes into the message.
    throw new TypeError('not a SCRAM-SHA-256 verifier');
  }
  return {
    iterations: Number(iterations),
    salt: decodeBase64(salt, 'salt'),
    storedKey: decodeBase64(storedKey, 'StoredKey', KEY_BYTES),
    serverKey: decodeBase64(serverKey, 'ServerKey', KEY_BYTES),
  };
}

export function printVerifier({ iterations, salt, storedKey, serverKey }: ScramVerifier): string {
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  return `SCRAM-SHA-256$${iterations}:${base64(salt)}$${base64(storedKey)}:${base64(serverKey)}`;
}

/** `ClientProof` of RFC 5802: the client key, covered by a signature that only this exchange has. */
export function proofOf(keys: ScramKeys, authMessage: Buffer): Buffer {
  return xor(keys.clientKey, hmac(keys.storedKey, authMessage));
}

/** Whether a proof was made with the password behind the verifier; takes the same time either way. */
export function isProofOf(proof: Buffer, verifier: ScramVerifier, authMessage: Buffer): boolean {
  const clientKey = xor(proof, hmac(verifier.storedKey, authMessage));
  return timingSafeEqual(sha256(clientKey), verifier.storedKey);
}

export function serverSignature(serverKey: Buffer, authMessage: Buffer): Buffer {
  return hmac(serverKey, authMessage);
}

function hmac(key: Buffer, data: Buffer | string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(data: Buffer): Buffer {
  return hash('sha256', data, 'buffer');
}

function xor(left: Buffer, right: Buffer): Buffer {
  const result = Buffer.from(left);
  for (let index = 0; index < result.length; index++) {
    result[index] = (left[index] as number) ^ (right[index] ?? 0);
  }
  return result;
}
