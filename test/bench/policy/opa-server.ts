// A server of OPA beside the bench, asked over loopback as a gateway without an engine of its own would ask it.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import { waitUntil } from '../../support/wait.ts';
import { startChild } from '../child.ts';

export type OpaServer = Readonly<{
  ask(input: unknown): Promise<unknown>;
  stop(): Promise<void>;
}>;

const path = '/v1/data/gateway/statement/decision';

export async function startOpaServer(bundle: string): Promise<OpaServer> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = ['run', '--server', '--addr', address, '--log-level', 'error', '--skip-version-check'];
  const child = startChild(await ensureOpa(), [...args, '--bundle', bundle]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const stop = async (): Promise<void> => {
    agent.destroy();
    await child.stop();
  };
  try {
    await waitUntil('OPA', () =>
      fetch(`http://${address}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const options = { agent, host: '127.0.0.1', port, path, method: 'POST' };
  return { ask: (input) => post(options, JSON.stringify({ input })), stop };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function post(options: object, body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...options,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (answer.statusCode === 200) resolve((JSON.parse(text) as { result?: unknown }).result);
          else reject(new Error(`OPA answered ${answer.statusCode}: ${text}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
