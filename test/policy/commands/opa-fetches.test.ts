// What `portcullis policy build` and `publish` make, fetched by a real OPA: over HTTP and from an OCI registry, its signature verified.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import { runCli } from '../../cli/run-cli.ts';
import { createSigningKey, type SigningKey } from '../../support/build-bundle.ts';
import { waitUntil } from '../../support/wait.ts';
import { startRegistry } from './registry.ts';
import { inputOf, smallRepository } from './small-repository.ts';
import { startWebServer, type WebServer } from './web-server.ts';

let folder: string;
let bundle: string;
let key: SigningKey;
const servers: WebServer[] = [];
let opa: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-opa-'));
  bundle = join(folder, 'bundle.tar.gz');
  key = await createSigningKey(folder, 'ES256');
  const repository = await smallRepository();
  const signed = ['--signing-key', key.privateFile, '--scope', 'write', '--revision', 'v1'];
  const { code, stderr } = await runCli(['policy', 'build', repository, '-o', bundle, ...signed]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await rm(repository, { recursive: true });
});
afterEach(async () => {
  opa?.kill();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function started<Server extends WebServer>(server: Promise<Server>): Promise<Server> {
  servers.push(await server);
  return server;
}

/** Starts an OPA that fetches the bundle, and asks it until it decides. */
async function decisionOfOpa(service: object, resource: string): Promise<unknown> {
  const config = join(folder, 'opa.json');
  await writeFile(
    config,
    JSON.stringify({
      services: { source: service },
      bundles: {
        main: {
          service: 'source',
          resource,
          signing: { keyid: 'ours', scope: 'write' },
          polling: { min_delay_seconds: 1, max_delay_seconds: 1 },
        },
      },
      keys: { ours: { algorithm: 'ES256', key: await readFile(key.publicFile, 'utf8') } },
      persistence_directory: join(folder, 'opa'),
    }),
  );
  const socket = join(folder, 'opa.sock');
  await rm(socket, { force: true });
  const args = ['run', '--server', '--addr', `unix://${socket}`, '--config-file', config];
  opa = spawn(await ensureOpa(), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  opa.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  return waitUntil('OPA to decide by the bundle', async () => {
    if (opa?.exitCode !== null) throw new Error(log);
    return ask(socket, inputOf('select', 'SELECT'));
  });
}

/** Undefined as long as OPA isn't there, or has no bundle yet. */
async function ask(socket: string, input: object): Promise<unknown> {
  return new Promise((resolve) => {
    const options = { socketPath: socket, path: '/v1/data/gateway/statement/decision', method: 'POST' };
    const asked = request(options, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(JSON.parse(text).result));
    });
    asked.on('error', () => resolve(undefined));
    asked.setHeader('content-type', 'application/json');
    asked.end(JSON.stringify({ input }));
  });
}

const decision = { effect: 'allow', rule: 'small.read' };

test('from a web server that it was put to', async () => {
  let kept: Buffer | undefined;
  const server = await started(
    startWebServer(({ request, response, body }) => {
      if (request.method === 'PUT') kept = body;
      response.writeHead(kept === undefined ? 404 : 200).end(request.method === 'PUT' ? undefined : kept);
    }),
  );
  const { code } = await runCli(['policy', 'publish', bundle, `${server.origin}/main.tar.gz`]);
  expect(code).toBe(0);
  expect(await decisionOfOpa({ url: server.origin }, 'main.tar.gz')).toEqual(decision);
});

test('from a registry that it was pushed to', async () => {
  const registry = await started(startRegistry());
  const { code } = await runCli(['policy', 'publish', bundle, `oci://${registry.host}/policies/main:v1`]);
  expect(code).toBe(0);
  const service = { url: registry.origin, type: 'oci' };
  expect(await decisionOfOpa(service, `${registry.host}/policies/main:v1`)).toEqual(decision);
});
