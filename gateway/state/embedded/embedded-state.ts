// The state database of a gateway that was given none: a PostgreSQL in its data folder, for this machine alone.
import { access, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initialise, keptPassword, superuser } from './initialise.ts';
import { findPostgresHome } from './programs.ts';
import { endForgotten, startServer } from './server.ts';

export type EmbeddedState = Readonly<{
  host: string;
  port: number;
  database: string;
  user: string;
  passwordFile: string;
  /** Resolves when the server has ended, for whatever reason. */
  ended: Promise<void>;
  stop(): Promise<void>;
}>;

const folderIn = (dataDir: string): string => join(dataDir, 'state');
const passwordIn = (folder: string): string => join(folder, 'password');

/** A free port may be taken by another program before the server has it. */
const PORT_ATTEMPTS = 5;

/** A session of a server that was killed runs on until it looks up; before that nobody else may have its data. */
const FORMER_SESSIONS_MS = 30_000;
const AGAIN_MS = 250;

/** Whether there is one already, which may hold what counts from the start. */
export async function hasEmbeddedState(dataDir: string): Promise<boolean> {
  return access(passwordIn(folderIn(dataDir))).then(
    () => true,
    () => false,
  );
}

/** The port is another one at each start, and whoever looks for it needs the password. */
export async function startEmbeddedState(dataDir: string): Promise<EmbeddedState> {
  const folder = folderIn(dataDir);
  // The server may run as another user, who has to get to its data; what is for us alone is closed by itself.
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const home = await findPostgresHome(folder);
  const passwordFile = passwordIn(folder);
  await initialise(home, await keptPassword(passwordFile));
  await endForgotten(home.data);
  const until = performance.now() + FORMER_SESSIONS_MS;
  for (let ports = 1; ; ) {
    try {
      const server = await startServer(home, await freePort(), join(folder, 'postgres.log'));
      const { host, port, ended, stop } = server;
      return { host, port, database: 'postgres', user: superuser, passwordFile, ended, stop };
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      if (message.includes('pre-existing shared memory block') && performance.now() < until) {
        await sleep(AGAIN_MS);
        continue;
      }
      if (!message.includes('Address already in use') || ports === PORT_ATTEMPTS) throw error;
      ports += 1;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
