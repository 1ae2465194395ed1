// An object store that speaks S3's protocol and checks signatures and rights: moto, installed once into the cache of the
// checkout, where Python is to be had.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { signed } from '../../../gateway/audit/sinks/s3/signature.ts';
import { waitUntil } from '../../support/wait.ts';
import { watch } from '../../support/watchdog.ts';
import { temporaryFolder } from './stage.ts';

const home = fileURLToPath(new URL('../../../.cache/moto', import.meta.url));
const program = join(home, 'bin', 'moto_server');
/** On a machine that does much else. */
export const INSTALL_MS = 420_000;
export const bucket = 'audit-of-tests';

/** A reason why there is none, or undefined. */
export async function installS3(): Promise<string | undefined> {
  const stamp = join(home, 'moto-5');
  if (await exists(stamp)) return undefined;
  try {
    await mkdir(home, { recursive: true });
    await run('python3', ['-m', 'venv', home]);
    await run(join(home, 'bin', 'pip'), ['install', '--quiet', 'moto[server]>=5.1,<6']);
    await writeFile(stamp, '');
    return undefined;
  } catch (error) {
    return `moto[server] could not be installed: ${(error as Error).message}`;
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(INSTALL_MS);
  const child = spawn(command, args, { stdio: 'ignore', signal });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}`);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

type Keys = Readonly<{ id: string; secret: string }>;
type Answer = Readonly<{ status: number; headers: Headers; body: Buffer }>;

export type S3Server = Readonly<{
  url: string;
  /** Of a user who may put objects into the bucket, with locks, and nothing else. */
  writer: Keys;
  /** Of one who may do everything. */
  owner: Keys;
  ask(
    method: string,
    path: string,
    keys: Keys,
    headers?: Record<string, string>,
    body?: string,
  ): Promise<Answer>;
  /** The keys of all objects, in their order. */
  list(): Promise<string[]>;
  /** The events in them. */
  events(): Promise<{ id: string }[]>;
  newKey(user: string): Promise<Keys>;
  stop(): Promise<void>;
}>;

const anybody: Keys = { id: 'anybody', secret: 'anybody' };

export async function startS3(): Promise<S3Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_ACCOUNT_ID: '123456789012' },
  });
  const dog = watch(server.pid as number, await temporaryFolder());
  const ask: S3Server['ask'] = async (method, path, keys, headers = {}, body = '') => {
    const at = new URL(path, url);
    const credentials = { accessKeyId: keys.id, secretAccessKey: keys.secret, sessionToken: undefined };
    const bytes = Buffer.from(body);
    const request = { method, url: at, headers, body: bytes, region: 'us-east-1', now: Date.now() };
    const { host: _, ...all } = signed(request, credentials);
    const content = method === 'GET' || method === 'HEAD' ? {} : { body: bytes };
    const answer = await fetch(at, { method, headers: all, ...content });
    return {
      status: answer.status,
      headers: answer.headers,
      body: Buffer.from(await answer.arrayBuffer()),
    };
  };
  await waitUntil('the object store', () =>
    fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  const iam = (question: Record<string, string>): Promise<string> => askIam(url, question);
  const newKey = async (user: string): Promise<Keys> => {
    await enforce(url, false);
    const answer = await iam({ Action: 'CreateAccessKey', UserName: user });
    await enforce(url, true);
    return { id: inside(answer, 'AccessKeyId'), secret: inside(answer, 'SecretAccessKey') };
  };
  const user = async (name: string, actions: readonly string[]): Promise<Keys> => {
    const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
    await enforce(url, false);
    await iam({ Action: 'CreateUser', UserName: name });
    await iam({
      Action: 'PutUserPolicy',
      UserName: name,
      PolicyName: 'rights',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    return await newKey(name);
  };
  await enforce(url, false);
  await ask('PUT', `/${bucket}`, anybody, { 'x-amz-bucket-object-lock-enabled': 'true' });
  const writer = await user('writer', ['s3:PutObject', 's3:PutObjectRetention']);
  const owner = await user('owner', ['s3:*']);
  const list = async () => {
    const { body } = await ask('GET', `/${bucket}?list-type=2`, owner);
    return [...body.toString('utf8').matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key).sort();
  };
  return {
    ...{ url, writer, owner, ask, list, newKey },
    async events() {
      const events: { id: string }[] = [];
      for (const key of await list()) {
        const { body } = await ask('GET', `/${bucket}/${key}`, owner);
        const plain = body[0] === 0x1f ? gunzipSync(body) : body;
        for (const line of plain.toString('utf8').trimEnd().split('\n')) events.push(JSON.parse(line));
      }
      return events;
    },
    async stop() {
      dog.release();
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

/** Whether signatures and rights count. */
async function enforce(url: string, counts: boolean): Promise<void> {
  await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: counts ? '0' : '1000000' });
}

async function askIam(url: string, question: Record<string, string>): Promise<string> {
  const scope = 'anybody/20260101/us-east-1/iam/aws4_request';
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ ...question, Version: '2010-05-08' }).toString(),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${question.Action}: ${text}`);
  return text;
}

const inside = (text: string, tag: string): string =>
  (new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1] ?? '').replaceAll('&amp;', '&');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
