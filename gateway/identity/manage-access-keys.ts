// Makes, lists and revokes access keys; what the keys commands do.
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../lib/index.ts';
import { createVerifier, printVerifier } from '../wire/index.ts';
import { changeAccessKeyFile, readAccessKeyFile } from './access-key-file.ts';
import type { StoredAccessKey } from './access-key-format.ts';
import type { PrincipalKind } from './principal.ts';

export type NewAccessKey = Readonly<{
  /** The principal that a login with the key is. */
  name: string;
  kind: PrincipalKind;
  groups?: readonly string[];
  scopes?: readonly string[];
  expires?: Date | undefined;
}>;

/** An access key as it may be shown: everything but the verifier. */
export type AccessKeySummary = Omit<StoredAccessKey, 'verifier'> &
  Readonly<{ standing: 'valid' | 'expired' | 'revoked' }>;

const secretBytes = 32;
const idCharacters = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * Adds a key to the file, which is made when it isn't there.
 *
 * @returns the secret too: it is stored nowhere, so this is the only time that it can be shown
 */
export async function createAccessKey(
  file: string,
  { name, kind, groups = [], scopes = [], expires }: NewAccessKey,
  clock: Clock = systemClock,
): Promise<{ id: string; secret: string }> {
  if (name.trim() === '') throw new TypeError('an access key needs the name of a principal');
  const now = clock.now();
  if (expires !== undefined && expires.getTime() <= now)
    throw new TypeError('the access key would be expired already');
  const { id, secret, verifier } = newAccessKey();
  const key: StoredAccessKey = {
    id,
    verifier,
    principal: { name, kind, groups: [...groups], scopes: [...scopes] },
    created: new Date(now).toISOString(),
    expires: expires?.toISOString() ?? null,
    revoked: null,
  };
  await changeAccessKeyFile(file, (keys) => [...keys, key]);
  return { id, secret };
}

/** Wherever it is kept, `secret` is not. */
export function newAccessKey(): Readonly<{ id: string; secret: string; verifier: string }> {
  const secret = `pks_${randomBytes(secretBytes).toString('base64url')}`;
  return { id: createId(), secret, verifier: printVerifier(createVerifier(secret)) };
}

/** Every key of the file, also those that are over; none when there is no file. */
export async function listAccessKeys(
  file: string,
  clock: Clock = systemClock,
): Promise<readonly AccessKeySummary[]> {
  const content = await readAccessKeyFile(file);
  return (content?.keys ?? []).map(({ verifier: _, ...key }) => {
    const expired = key.expires !== null && Date.parse(key.expires) <= clock.now();
    return { ...key, standing: key.revoked !== null ? 'revoked' : expired ? 'expired' : 'valid' };
  });
}

/** Sessions that logged in with the key end within a second. The key stays in the file, as a record. */
export async function revokeAccessKey(
  file: string,
  id: string,
  clock: Clock = systemClock,
): Promise<'revoked' | 'already_revoked' | 'unknown'> {
  let outcome: 'revoked' | 'already_revoked' | 'unknown' = 'unknown';
  if ((await readAccessKeyFile(file)) === undefined) return outcome;
  await changeAccessKeyFile(file, (keys) =>
    keys.map((key) => {
      if (key.id !== id) return key;
      outcome = key.revoked === null ? 'revoked' : 'already_revoked';
      return { ...key, revoked: key.revoked ?? new Date(clock.now()).toISOString() };
    }),
  );
  return outcome;
}

/** 80 random bits in letters that need no quoting anywhere. */
function createId(): string {
  return `pk_${Array.from(randomBytes(16), (byte) => idCharacters[byte % 32]).join('')}`;
}
