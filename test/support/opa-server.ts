// A real `opa run --server` beside a test, on a socket of its own, fed with bundles over HTTP.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureOpa } from '../../gateway/bin/opa.mjs';
import { waitUntil, within } from './wait.ts';
import { watch } from './watchdog.ts';

export type OpaServer = Readonly<{
  /** Asks as clients of OPA do. */
  call: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
  /** The decision of an entry point; undefined where it has no value. */
  decide: (entrypoint: string, input: unknown) => Promise<{ result?: unknown; decision_id: string }>;
  /** Of the bundle, as OPA's status reports have it. */
  bundleStatus: (name: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  stop: () => Promise<void>;
}>;

/** `config` is OPA's own configuration file. */
export async function startOpa(config: object): Promise<OpaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'opa-'));
  const socketPath = join(folder, 'opa.sock');
  const configFile = join(folder, 'config.json');
  await writeFile(configFile, JSON.stringify(config));
  const child = spawn(
    await ensureOpa(),
    [
      ...['run', '--server', '--addr', `unix://${socketPath}`, '--config-file', configFile],
      ...['--skip-version-check', '--disable-telemetry', '--log-level', 'error'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
  );
  const dog = watch(child.pid as number, folder);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-20_000);
  });
  const exited = once(child, 'exit');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  const call: OpaServer['call'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const sent = request(
        { socketPath, agent, method, path, headers: { 'content-type': 'application/json' } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });

  const stop = async (): Promise<void> => {
    agent.destroy();
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await within(30_000, 'the end of OPA', exited);
    dog.release();
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await waitUntil('OPA', async () => {
      if (child.exitCode !== null) throw new Error(`OPA ended: ${said}`);
      return (await call('GET', '/health').catch(() => undefined))?.status === 200;
    });
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    call,
    decide: async (entrypoint, input) => {
      const { status, body } = await call('POST', `/v1/data/${entrypoint}`, { input });
      if (status !== 200) throw new Error(`OPA answered with HTTP ${status}`);
      return body as { result?: unknown; decision_id: string };
    },
    bundleStatus: async (name) => {
      const { body } = await call('GET', '/v1/status');
      const { result } = body as { result?: { bundles?: Record<string, Record<string, unknown>> } };
      return result?.bundles?.[name];
    },
    stop,
  };
}
