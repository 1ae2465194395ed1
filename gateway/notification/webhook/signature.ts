// Signatures of the Standard Webhooks scheme: https://www.standardwebhooks.com
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
/** The scheme's own limits, in bytes. */
const LEAST = 24;
const MOST = 64;

/** The keys in a file of secrets: one, or while it is changed several, one a line. Throws what is wrong with it. */
export function keysIn(text: string): readonly Buffer[] {
  const secrets = text.split(/\s+/).filter((word) => word !== '');
  if (secrets.length === 0) throw new Error('the file has no secret');
  return secrets.map(keyOf);
}

/** One signature for each key, with a blank between them: receivers that know one of the keys accept it. */
export function signatureOf(keys: readonly Buffer[], id: string, timestamp: number, body: string): string {
  const signed = `${id}.${timestamp}.${body}`;
  return keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`).join(' ');
}

function keyOf(secret: string): Buffer {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = Buffer.from(encoded, 'base64');
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(encoded) || key.length < LEAST || key.length > MOST)
    throw new Error(`a secret is ${PREFIX} with ${LEAST} to ${MOST} random bytes in base64 behind it`);
  return key;
}
