// Writes a file whole or not at all: a reader, or whoever comes after a power failure, sees the old content or the new.
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Files that end so are what a process that died left behind. */
export const unfinished = '.unfinished';

/** Only its owner may read it. */
export async function writeWhole(path: string, content: Buffer | string): Promise<void> {
  // Several processes may write the same file at the same time.
  const draft = `${path}.${randomBytes(6).toString('hex')}${unfinished}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await keepOwner(file, path);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** A file that was another user's (the gateway's, changed by root) stays so. */
async function keepOwner(file: FileHandle, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const owner = await stat(path).catch(() => undefined);
  if (owner !== undefined) await file.chown(owner.uid, owner.gid);
}

/** The new name is on the disk once the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
