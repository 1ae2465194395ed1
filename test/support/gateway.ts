// The gateway as its users run it: a process of its own with a configuration file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { watch } from './watchdog.ts';

const main = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url));

export type GatewayProcess = Readonly<{
  host: string;
  port: number;
  /** Where health is, when the configuration has `admin`. */
  adminPort: number | undefined;
  pid: number;
  /** The folder of the configuration file; file names in the configuration are relative to it. */
  folder: string;
  /** What the gateway has logged so far. */
  logText(): string;
  /** Writes another configuration and asks for it with SIGHUP; the log says when it is in use. */
  reload(config: object): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** How the process ended, once it has. */
  exited: Promise<Readonly<{ code: number | null; signal: NodeJS.Signals | null }>>;
  stop(): Promise<void>;
}>;

/** Listens on a free loopback port unless the configuration says otherwise. */
export async function startGatewayProcess(
  config: object,
  options: { env?: Readonly<Record<string, string>> } = {},
): Promise<GatewayProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-gateway-'));
  const file = join(folder, 'portcullis.yaml');
  const listen = { host: '127.0.0.1', port: 0, ...(config as { listen?: object }).listen };
  const write = (changed: object, port: number): Promise<void> =>
    writeFile(
      file,
      stringify({ ...changed, listen: { ...listen, ...(changed as { listen?: object }).listen, port } }),
    );
  await write(config, listen.port);

  const gateway = spawn(process.execPath, [main, 'serve', '--config', file], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const dog = watch(gateway.pid as number, folder);
  let log = '';
  gateway.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  const exited = once(gateway, 'exit').then(([code, signal]) => ({ code, signal }));
  const stop = async (): Promise<void> => {
    if (gateway.exitCode === null && gateway.signalCode === null) {
      gateway.kill('SIGTERM');
      const impatient = setTimeout(() => gateway.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(impatient);
    }
    await rm(folder, { recursive: true, force: true });
    dog.release();
  };

  const ready = await Promise.race([
    readyEvent(gateway.stdout),
    exited.then(() => undefined),
    tooLong(60_000),
  ]);
  if (ready === undefined) {
    await stop();
    throw new Error(`the gateway did not start:\n${log}`);
  }
  const { port, admin_port: adminPort } = ready;
  return {
    host: listen.host,
    port,
    adminPort,
    pid: gateway.pid as number,
    folder,
    logText: () => log,
    async reload(changed) {
      await write(changed, port);
      gateway.kill('SIGHUP');
    },
    signal: (name) => gateway.kill(name),
    exited,
    stop,
  };
}

type Ready = Readonly<{ port: number; admin_port?: number }>;

/** The line `{"event":"ready","port":…}`; standard output is read on, whatever follows. */
function readyEvent(output: NodeJS.ReadableStream): Promise<Ready> {
  return new Promise((resolve) => {
    createInterface({ input: output }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const event = JSON.parse(line) as { event?: string } & Ready;
      if (event.event === 'ready') resolve(event);
    });
  });
}

function tooLong(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined).unref());
}
