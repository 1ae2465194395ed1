// Remembers what PBKDF2 made of a password: the slow step of SCRAM gives the same keys for the same salt.
import { deriveKeys, type ScramChallenge, type ScramKeys } from '../wire/index.ts';

type Entry = Readonly<{ password: Buffer; challenge: ScramChallenge; keys: Promise<ScramKeys> }>;

// One per server behind the same name; a server that makes up salts must not make this grow.
const MAX_ENTRIES = 4;

export class ScramKeyCache {
  #entries: Entry[] = [];

  /** Derives the keys in the thread pool, once for all who ask meanwhile. */
  keys(password: Buffer, challenge: ScramChallenge): Promise<ScramKeys> {
    const known = this.#entries.find((entry) => isFor(entry, password, challenge));
    if (known !== undefined) {
      return known.keys;
    }
    const keys = deriveKeys(password, challenge);
    const entry = { password, challenge, keys };
    this.#entries = [entry, ...this.#entries.slice(0, MAX_ENTRIES - 1)];
    keys.catch(() => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    });
    return keys;
  }
}

function isFor(entry: Entry, password: Buffer, { salt, iterations }: ScramChallenge): boolean {
  const { challenge } = entry;
  return (
    challenge.iterations === iterations && challenge.salt.equals(salt) && entry.password.equals(password)
  );
}
