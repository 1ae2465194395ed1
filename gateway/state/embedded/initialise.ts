// Creates the data folder of a PostgreSQL of our own, once.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresHome } from './programs.ts';

const run = promisify(execFile);

export const superuser = 'postgres';

/** Resolves to whether there was anything to do. A folder that is there is complete: it gets its name last. */
export async function initialise(
  { programs, data, owner }: PostgresHome,
  password: string,
): Promise<boolean> {
  if (await stat(join(data, 'PG_VERSION')).catch(() => undefined)) return false;
  const draft = `${data}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (owner !== undefined) {
    await chown(draft, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  try {
    await run(
      join(programs, 'initdb'),
      [
        `--pgdata=${draft}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
      { ...owner, cwd: '/', env: { LC_ALL: 'C' }, timeout: 120_000 },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, data);
  return true;
}

/** A password that stays the same from start to start; only its owner can read the file. */
export async function keptPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const password = randomBytes(18).toString('base64url');
  await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}
