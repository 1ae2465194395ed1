// Reads the file of access keys, and rewrites it as a whole or not at all.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeWhole } from '../lib/index.ts';
import { type AccessKeyFile, parseAccessKeyFile, type StoredAccessKey } from './access-key-format.ts';

const lockMilliseconds = 5_000;
const lockPollMilliseconds = 25;

/** @returns undefined when there is no file yet */
export async function readAccessKeyFile(file: string): Promise<AccessKeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseAccessKeyFile(text);
}

/** Applies a change under a lock, so that two commands at once don't undo each other. */
export async function changeAccessKeyFile(
  file: string,
  change: (keys: readonly StoredAccessKey[]) => readonly StoredAccessKey[],
): Promise<void> {
  // A link (a mounted secret, say) stays a link: what it points at is replaced.
  const target = await realpath(file).catch(() => path.resolve(file));
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  const unlock = await lock(`${target}.lock`);
  try {
    const before = await readAccessKeyFile(target);
    const after: AccessKeyFile = {
      version: 1,
      decoy: before?.decoy ?? randomBytes(32).toString('base64'),
      keys: change(before?.keys ?? []),
    };
    await writeWhole(target, `${JSON.stringify(after, undefined, 2)}\n`);
  } finally {
    await unlock();
  }
}

async function lock(lockFile: string): Promise<() => Promise<void>> {
  for (let waited = 0; ; waited += lockPollMilliseconds) {
    try {
      await (await open(lockFile, 'wx', 0o600)).close();
      return () => rm(lockFile, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (waited >= lockMilliseconds) {
        throw new Error(
          `${lockFile} exists: another command is changing the keys, or one was killed; remove it then`,
        );
      }
      await sleep(lockPollMilliseconds);
    }
  }
}
