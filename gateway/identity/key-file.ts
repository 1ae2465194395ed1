// An issuer's keys out of a file, for networks that can't reach it; read again when the file changes.
import { readFile, stat } from 'node:fs/promises';
import type { LocalJWKSet } from 'jose';
import type { Log } from '../lib/index.ts';
import { type KeySource, type LoadedKeys, readKeySet } from './key-source.ts';
import { LoginRefused } from './login-refused.ts';

const pollMilliseconds = 5_000;

/** Opens the file and keeps watching it. A file that can't be read is logged, and refuses logins until it can. */
export async function openKeyFile(path: string, issuer: string, log: Log): Promise<KeySource> {
  let loaded: LoadedKeys | undefined;
  let generation = 0;
  let seen = '';

  async function look(): Promise<void> {
    try {
      const { mtimeMs, size, ino } = await stat(path);
      const version = `${mtimeMs}:${size}:${ino}`;
      if (version === seen) return;
      const fresh = readKeySet(await readFile(path, 'utf8'));
      seen = version;
      if (fresh.fingerprint === loaded?.fingerprint) return;
      loaded = fresh;
      generation += 1;
      log.info({ issuer, file: path, keys: fresh.count }, 'issuer keys loaded');
    } catch (error) {
      // The last good keys stay: a file caught half-written must not lock everybody out.
      if (seen === 'unreadable') return;
      seen = 'unreadable';
      log.error({ issuer, file: path, problem: problemOf(error) }, 'issuer key file cannot be read');
    }
  }

  function resolver(): LocalJWKSet {
    if (loaded === undefined) {
      throw new LoginRefused('issuer_unavailable', 'the key file of the issuer cannot be read');
    }
    return loaded.resolve;
  }

  await look();
  const timer = setInterval(() => void look(), pollMilliseconds);
  timer.unref();
  return {
    async current() {
      if (loaded === undefined) await look();
      return resolver();
    },
    async lookAgain() {
      await look();
      return resolver();
    },
    generation: () => generation,
    usable: () => loaded !== undefined,
    close: () => clearInterval(timer),
  };
}

/** JSON.parse quotes the text that it can't read: only the kind of problem is logged. */
function problemOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is no JSON';
  return error instanceof Error ? error.message : 'unknown';
}
