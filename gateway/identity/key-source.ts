// Where an issuer's public keys come from: its own endpoint, or a file.
import { createLocalJWKSet, type JSONWebKeySet, type JWK, type LocalJWKSet } from 'jose';

export type KeySource = Readonly<{
  /**
   * The keys to check a signature with.
   *
   * @throws LoginRefused `issuer_unavailable` when there are none that may be used
   */
  current(): Promise<LocalJWKSet>;
  /** The keys after another look, for a token whose key is unknown; undefined when it is too early for one. */
  lookAgain(): Promise<LocalJWKSet | undefined>;
  /** Changes when a key was added, changed or withdrawn. */
  generation(): number;
  /** False when even the last good keys may not be used any more. */
  usable(): boolean;
  close(): void;
}>;

export type LoadedKeys = Readonly<{
  resolve: LocalJWKSet;
  count: number;
  /** The text whose change makes a new generation. */
  fingerprint: string;
}>;

const keysAtMost = 200;

/** Reads a JSON Web Key Set (RFC 7517 section 5). Symmetric and encryption keys in it are never used. */
export function readKeySet(text: string): LoadedKeys {
  const parsed: unknown = JSON.parse(text);
  const listed = (parsed as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(listed) || listed.length > keysAtMost) throw new Error('this is no key set');
  const keys = listed.filter(isSignatureKey);
  const keySet: JSONWebKeySet = { keys };
  return { resolve: createLocalJWKSet(keySet), count: keys.length, fingerprint: JSON.stringify(keys) };
}

function isSignatureKey(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false;
  const { kty, use } = key as JWK;
  return (kty === 'RSA' || kty === 'EC' || kty === 'OKP') && (use === undefined || use === 'sig');
}
