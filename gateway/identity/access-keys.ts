// The access keys that may log in, as the file has them now: a revocation counts within a second.
import { createHmac, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Clock, Log } from '../lib/index.ts';
import { parseVerifier, type ScramVerifier } from '../wire/index.ts';
import { readAccessKeyFile } from './access-key-file.ts';
import type { AccessKeyFile, StoredAccessKey } from './access-key-format.ts';
import { LoginRefused } from './login-refused.ts';
import type { AccessKey, Standing } from './principal.ts';

/** The issuer of principals that log in with an access key: no URL, so no token can claim it. */
export const accessKeyIssuer = 'access_key';

const pollMilliseconds = 400;
// Those of createVerifier, by which every key here was made: unknown keys must not stand out.
const usualSaltBytes = 16;
const usualIterations = 4096;

type KnownKey = AccessKey & Readonly<{ expiresAt: number | undefined; revoked: boolean }>;

export class AccessKeys {
  readonly file: string | undefined;
  readonly #log: Log;
  readonly #clock: Clock;
  #keys: ReadonlyMap<string, KnownKey> = new Map();
  /** Of the file. */
  #decoy: Buffer | undefined;
  readonly #ownDecoy = randomBytes(32);
  #seen = '';
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Without a file no key is known; the rest works the same. */
  constructor(file: string | undefined, { log, clock }: Readonly<{ log: Log; clock: Clock }>) {
    this.file = file;
    this.#log = log;
    this.#clock = clock;
  }

  /** Reads the file, and again whenever it changes. */
  async open(): Promise<void> {
    if (this.file === undefined) return;
    await this.look();
    this.#timer = setInterval(() => void this.look(), pollMilliseconds);
    this.#timer.unref();
  }

  find(id: string): AccessKey | undefined {
    return this.standing(id) === 'valid' ? this.#keys.get(id) : undefined;
  }

  /** Why a login with this key failed, for the log. */
  refusal(id: string): LoginRefused {
    if (!this.#keys.has(id)) return new LoginRefused('access_key_unknown', 'there is no such access key');
    switch (this.standing(id)) {
      case 'expired':
        return new LoginRefused('access_key_expired', 'the access key has expired');
      case 'revoked':
        return new LoginRefused('access_key_revoked', 'the access key was revoked');
      case 'valid':
        return new LoginRefused('access_key_wrong_secret', 'the secret of the access key is wrong');
    }
  }

  /** Of a session that logged in with the key. A key that is gone from the file is revoked. */
  standing(id: string): Standing {
    const key = this.#keys.get(id);
    if (key === undefined || key.revoked) return 'revoked';
    return key.expiresAt !== undefined && key.expiresAt * 1000 <= this.#clock.now() ? 'expired' : 'valid';
  }

  /**
   * RFC 5802 has no answer for unknown users: theirs must be stable, or asking twice would tell. A key that is over
   * keeps the salt that it had, so that nobody can see from outside when it ended. `decoy`: of those who share other keys.
   */
  mockVerifier(user: string, decoy?: Buffer): ScramVerifier {
    const key = this.#decoy ?? decoy ?? this.#ownDecoy;
    const derive = (what: string) => createHmac('sha256', key).update(`${what}\0${user}`).digest();
    const { iterations, salt } = this.#keys.get(user)?.verifier ?? {
      iterations: usualIterations,
      salt: derive('salt').subarray(0, usualSaltBytes),
    };
    return { iterations, salt, storedKey: derive('stored'), serverKey: derive('server') };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Looks at the file now. Looks that come together are one. */
  look(): Promise<void> {
    this.#looking ??= this.#reload().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #reload(): Promise<void> {
    const file = this.file;
    if (file === undefined) return;
    try {
      const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      const version =
        found === undefined ? 'missing' : `${found.mtimeMs}:${found.size}:${found.ino}:${found.mode}`;
      if (version === this.#seen) return;
      this.#adopt(await readAccessKeyFile(file));
      this.#seen = version;
      this.#log.info({ file, keys: this.#keys.size }, 'access keys loaded');
      // Whoever can write it can make a key for anybody.
      if (found !== undefined && (found.mode & 0o022) !== 0) {
        this.#log.warn({ file }, 'access key file can be written by others than its owner');
      }
    } catch (error) {
      // The keys that were read last stay: a slip of an editor must not end everybody's session.
      const problem = error instanceof Error ? error.message : 'unknown';
      if (this.#seen === problem) return;
      this.#seen = problem;
      this.#log.error({ file, problem }, 'access key file cannot be read; the keys read before it stay');
    }
  }

  #adopt(content: AccessKeyFile | undefined): void {
    this.#keys = new Map(content?.keys.map((key) => [key.id, toKnownKey(key)]));
    if (content !== undefined) this.#decoy = Buffer.from(content.decoy, 'base64');
  }
}

function toKnownKey({ id, verifier, principal, expires, revoked }: StoredAccessKey): KnownKey {
  const expiresAt = expires === null ? undefined : Math.floor(Date.parse(expires) / 1000);
  return {
    id,
    verifier: parseVerifier(verifier),
    expiresAt,
    revoked: revoked !== null,
    principal: Object.freeze({
      name: principal.name,
      kind: principal.kind,
      issuer: accessKeyIssuer,
      subject: id,
      groups: Object.freeze([...principal.groups]),
      scopes: Object.freeze([...principal.scopes]),
      claims: Object.freeze({}),
      actor: undefined,
      auth: Object.freeze({ method: 'access_key', expiresAt, keyId: id }),
    }),
  };
}
