// PgBouncer with a transaction pool and, under a second database name, a session pool.
//
// Before 1.21 it knows no protocol-level prepared statements across a transaction pool, so those go through the session
// pool. Clients log in with a cleartext password (auth_type plain): the same kind of login as a token at the gateway.
import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startChild } from '../child.ts';
import type { Database } from './database.ts';
import { findFreePort } from './free-port.ts';
import type { Route } from './route.ts';

export const pgbouncerNote =
  'pgbouncer: transaction pooling; session pooling for prepared statements; cleartext login, pooled server connections';

/** Undefined where PgBouncer isn't installed. */
export async function openPgBouncer(database: Database): Promise<Route | undefined> {
  if (!isInstalled()) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-bench-pgbouncer-'));
  const port = await findFreePort();
  const files = { ini: path.join(folder, 'pgbouncer.ini'), users: path.join(folder, 'users.txt') };
  await writeFile(files.users, `"${database.user}" "${database.password}"\n`, { mode: 0o600 });
  await writeFile(files.ini, configuration(database, port, files.users), { mode: 0o600 });
  const account = process.getuid?.() === 0 ? unprivilegedAccount() : undefined;
  if (account) for (const file of [folder, files.ini, files.users]) chownSync(file, account.uid, account.gid);

  const bouncer = startChild('pgbouncer', [...(account ? ['-u', account.name] : []), files.ini]);
  const stop = async () => {
    await bouncer.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await bouncer.waitFor(/process up/);
  } catch (error) {
    await stop();
    throw error;
  }
  const { user, password } = database;
  return {
    name: 'pgbouncer',
    host: '127.0.0.1',
    port,
    user,
    password,
    database: database.database,
    sessionDatabase: `${database.database}_session`,
    pid: bouncer.pid,
    stop,
  };
}

function configuration(database: Database, port: number, users: string): string {
  const { host, port: serverPort, database: name } = database;
  const server = `host=${host} port=${serverPort} dbname=${name}`;
  return `[databases]
${name} = ${server} pool_mode=transaction
${name}_session = ${server} pool_mode=session
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
max_client_conn = 400
default_pool_size = 40
server_reset_query_always = 0
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
`;
}

function isInstalled(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}

/** PgBouncer refuses to run as root. */
function unprivilegedAccount(): { name: string; uid: number; gid: number } {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', timeout: 5_000 }).trim());
  return { name: 'postgres', uid: id('-u'), gid: id('-g') };
}
