// A lock between processes: a file that only one of them can create.

import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../lib/index.ts';
import { CommandError } from './command.ts';

/** A holder that is older than this has crashed or hangs. */
const staleAfterMs = 60_000;

/** Runs the work while holding the lock; a lock whose holder is gone is taken over. */
export async function withLock<T>(path: string, work: () => Promise<T>, waitMs = 70_000): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + waitMs;
  while (!(await tryLock(path))) {
    const stale = await findStale(path);
    if (stale !== undefined) await removeSame(path, stale);
    else if (Date.now() > deadline) throw new CommandError(`another process holds the lock ${path}`);
    else await sleep(50);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The file's identity when its holder is gone. */
async function findStale(path: string): Promise<number | undefined> {
  try {
    const [{ mtimeMs, ino }, text] = await Promise.all([stat(path), readFile(path, 'utf8')]);
    const isOld = Date.now() - mtimeMs > staleAfterMs;
    return isOld || (text !== '' && !isRunning(Number(text))) ? ino : undefined;
  } catch {
    return undefined;
  }
}

/** Another process may have taken the lock over meanwhile: its file is not ours to remove. */
async function removeSame(path: string, ino: number): Promise<void> {
  const current = await stat(path).catch(() => undefined);
  if (current?.ino === ino) await rm(path, { force: true });
}
