// A PostgreSQL of our own as a process: starts it, waits until it answers, ends it, and clears away a forgotten one.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../lib/index.ts';
import type { PostgresHome } from './programs.ts';

export type PostgresServer = Readonly<{
  host: string;
  port: number;
  pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  ended: Promise<void>;
  stop(): Promise<void>;
  /** Ends it at once, from an exit handler; the next start recovers. */
  kill(): void;
}>;

const host = '127.0.0.1';

const settings = {
  listen_addresses: host,
  // No socket file: two servers must not meet, and its folder may belong to somebody else.
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '64MB',
  log_line_prefix: '%m [%p] %q%u@%d %a ',
};

/** `more`: settings beside the ones that every such server has. */
export async function startServer(
  home: PostgresHome,
  port: number,
  logFile: string,
  more: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const child = spawn(
    join(home.programs, 'postgres'),
    [
      '-D',
      home.data,
      '-p',
      String(port),
      ...Object.entries({ ...settings, ...more }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    {
      ...home.owner,
      cwd: '/',
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A process group of its own: Ctrl-C at the terminal is ours, and sessions end before the server does.
      detached: true,
    },
  );
  const ended = once(child, 'exit').then(
    () => undefined,
    () => undefined,
  );
  await ready(child, ended, logFile);
  return {
    host,
    port,
    pid: child.pid ?? 0,
    ended,
    stop: () => stop(child, ended),
    kill: () => void child.kill('SIGQUIT'),
  };
}

/** The log must be read to the end: a server whose log pipe is full stands still. */
function ready(child: ChildProcess, ended: Promise<void>, logFile: string): Promise<void> {
  const log = createWriteStream(logFile, { flags: 'w', mode: 0o600 });
  // A full disk takes the log alone: the server is read on.
  log.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    let last = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.write(text);
      last = `${last}${text}`.slice(-2000);
      if (last.includes('database system is ready to accept connections')) resolve();
    });
    child.on('error', (error) => reject(new Error(`PostgreSQL could not be started: ${error.message}`)));
    ended.then(() => reject(new Error(`PostgreSQL ended while starting:\n${last.trim()}`)));
  });
}

/** SIGINT is PostgreSQL's fast shutdown; SIGQUIT ends what does not listen. */
async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const impatient = setTimeout(() => child.kill('SIGQUIT'), 8_000);
  await ended;
  clearTimeout(impatient);
}

/**
 * Ends a server that a killed process left on this data folder, and removes a pid file whose number another program has
 * now. One whose process is gone stays: by it PostgreSQL sees whether a session of the former server still writes.
 */
export async function endForgotten(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number(text.split('\n', 1)[0]);
  if (!Number.isInteger(pid) || pid <= 1) {
    await rm(file, { force: true });
    return;
  }
  if (!isRunning(pid)) return;
  if (!(await servesFolder(pid, data))) {
    await rm(file, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  for (let waited = 0; isRunning(pid) && waited < 10_000; waited += 50) await sleep(50);
}

/** Whether that process is a PostgreSQL on this folder, and not one that was given the same number since. */
async function servesFolder(pid: number, data: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(data);
}
