// Where an export goes: a file that is there whole or not at all, or what stands under its name and is none.
import { readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { unfinished } from '../../lib/index.ts';
import { CommandError } from '../command.ts';

/** `isFile`: a regular one, or nothing yet; otherwise a pipe, a terminal, a device. */
export type ExportPlace = Readonly<{ name: string; path: string; isFile: boolean }>;

/** What stands under a name, behind all symbolic links. */
export async function placeNamed(name: string): Promise<ExportPlace> {
  try {
    return { name, ...(await followed(name)) };
  } catch (error) {
    throw notWritten(name, error);
  }
}

async function followed(path: string): Promise<Omit<ExportPlace, 'name'>> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found !== undefined)
    return { path: found.isFile() ? await realpath(path) : path, isFile: found.isFile() };
  const target = await readlink(path).catch(() => undefined);
  if (target === undefined) return { path, isFile: true };
  return await followed(resolve(await realpath(dirname(path)), target));
}

/** There is a whole file of that name afterwards, or none that wasn't there before. What is no file gets it as it comes. */
export async function writeExport(
  { name, path, isFile }: ExportPlace,
  write: (path: string) => Promise<void>,
): Promise<void> {
  const draft = isFile ? `${path}${unfinished}` : path;
  try {
    await write(draft);
    if (isFile) await rename(draft, path);
  } catch (error) {
    if (isFile) await rm(draft, { force: true });
    throw notWritten(name, error);
  }
}

const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What the system says of the file. Why the events could not be read is said already. */
function notWritten(name: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof CommandError || code === undefined) return error;
  if (!full.has(code)) return new CommandError(`${name} cannot be written: ${code}`);
  return new CommandError(`${name} cannot be written: no room is left there (${code})`, {
    hint: 'Make room, or name another place with --out; --since and --until make it smaller.',
  });
}
