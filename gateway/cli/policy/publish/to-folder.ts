// Publishes to a file, which whoever watches it sees whole or not at all.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandError } from '../../command.ts';
import { isFolder as isFolderThere } from '../repository.ts';
import type { Published } from './publisher.ts';

export async function publishToFolder(
  bytes: Buffer,
  { path, isFolder }: Readonly<{ path: string; isFolder: boolean }>,
  fileName: string,
): Promise<Published> {
  const target = isFolder || (await isFolderThere(path)) ? join(path, fileName) : path;
  const part = `${target}.${process.pid}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(part, 'w', 0o644);
    try {
      await file.writeFile(bytes);
      // The new name must not reach the disk before the content does.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw new CommandError(`${target} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  return { place: target, version: undefined };
}
