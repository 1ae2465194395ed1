// Checks a file with a secret: that it can be read, is not empty, and is not everybody's.

import { readFile, stat } from 'node:fs/promises';
import { bad, type Finding, good, warning } from './finding.ts';

export async function checkSecret(about: string, path: string): Promise<Finding[]> {
  const read = await readable(about, path);
  if (typeof read !== 'string') return [read];
  if (read.trim() === '') return [bad(about, `${path} is empty`)];
  const { mode } = await stat(path);
  const isOpen = process.platform !== 'win32' && (mode & 0o007) !== 0;
  return [
    isOpen
      ? warning(about, `${path} can be read by every user of this machine`, `chmod 600 ${path}`)
      : good(about, path),
  ];
}

export async function readable(about: string, path: string): Promise<string | Finding> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return bad(about, `${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
