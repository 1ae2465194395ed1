// Data folders for servers: initdb takes a second or two, so it runs once a machine and its result is copied.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { once } from './once.ts';
import { postgresOwner, serversFolder } from './postgres-binaries.ts';

const run = promisify(execFile);

type Superuser = Readonly<{ user: string; password: string }>;

/** A fresh data folder for the server whose programs are in `binaries`. */
export async function createDataFolder(binaries: string, superuser: Superuser): Promise<string> {
  const folder = await serversFolder();
  const initdb = join(binaries, 'initdb');
  const template = join(folder, `template-${await versionOf(initdb)}`);
  if (!existsSync(template)) await createTemplate(initdb, template, superuser);

  const data = join(folder, `data-${randomUUID()}`);
  await run('cp', ['-Rp', template, data], { ...postgresOwner(), cwd: folder });
  return data;
}

const versionOf = once(async (initdb: string): Promise<string | undefined> => {
  const { stdout } = await run(initdb, ['--version'], { cwd: '/' });
  return /[\d.]+/.exec(stdout)?.[0];
});

async function createTemplate(initdb: string, template: string, superuser: Superuser): Promise<void> {
  const unfinished = await mkdtemp(`${template}-`);
  const passwordFile = `${unfinished}.pw`;
  await writeFile(passwordFile, superuser.password, { mode: 0o600 });
  const owner = postgresOwner();
  if (owner) await Promise.all([unfinished, passwordFile].map((path) => chown(path, owner.uid, owner.gid)));
  const flags = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-sync', '--no-instructions'];
  const who = [`--username=${superuser.user}`, `--pwfile=${passwordFile}`];
  await run(initdb, [...flags, ...who, unfinished], { ...owner, cwd: '/' });
  await rm(passwordFile);
  // Another process may have made it meanwhile.
  await rename(unfinished, template).catch(() => rm(unfinished, { recursive: true, force: true }));
}
