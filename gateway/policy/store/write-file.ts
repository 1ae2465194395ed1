// Writes a file whole or not at all: a reader, or a gateway after a power failure, sees the old content or the new.
import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Files that end so are what a process that died left behind. */
export const unfinished = '.unfinished';

export async function writeWhole(path: string, content: Buffer | string): Promise<void> {
  // Several processes may write the same file at the same time.
  const temporary = `${path}.${randomBytes(6).toString('hex')}${unfinished}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
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
