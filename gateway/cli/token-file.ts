// A file with a token, in the place of a login.
import { readFile } from 'node:fs/promises';
import { CommandError } from './command.ts';

export async function readToken(path: string): Promise<string> {
  try {
    const token = (await readFile(path, 'utf8')).trim();
    if (token !== '') return token;
  } catch (error) {
    throw new CommandError(`the token file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  throw new CommandError(`the token file ${path} is empty`);
}
