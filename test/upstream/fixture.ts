// An upstream under test whose log is kept, and everything that it may never say is looked for in all it says.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { UpstreamConfig } from '../../gateway/config/index.ts';
import { Fault, systemClock } from '../../gateway/lib/index.ts';
import {
  createUpstream,
  ServerRefused,
  type Upstream,
  type UpstreamConnection,
} from '../../gateway/upstream/index.ts';
import { waitUntil } from '../support/wait.ts';

export type Subject = Readonly<{
  upstream: Upstream;
  passwordFile: string;
  /** Connects, checks what the contract says of every connection, and closes it at the end of the test. */
  connect(startupParameters?: Record<string, string>, signal?: AbortSignal): Promise<UpstreamConnection>;
  /** The Fault or ServerRefused that `connect` throws. */
  failure(startupParameters?: Record<string, string>, signal?: AbortSignal): Promise<Fault | ServerRefused>;
  /** The lines "upstream connection failed". */
  logged(): Record<string, unknown>[];
}>;

export type SubjectOptions = Partial<UpstreamConfig> & {
  user?: string;
  password?: string | Buffer | undefined;
};

export type Bench = Readonly<{
  folder: string;
  subject(options: SubjectOptions): Promise<Subject>;
  /** Ends what the test opened; fails when a socket or a secret got out. */
  finish(): Promise<void>;
  /** Removes the folder. */
  stop(): Promise<void>;
}>;

/** One for a test file; a file's tests share it. */
export async function createBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-upstream-'));
  const secrets = new Set<string>();
  const sockets: Socket[] = [];
  const upstreams: Upstream[] = [];
  const said: string[] = [];
  const socketsBefore = openSockets();

  const subject = async ({ user = 'postgres', password, ...config }: SubjectOptions): Promise<Subject> => {
    const passwordFile = join(folder, `password-${Math.random()}`);
    if (password !== undefined) {
      await writeFile(passwordFile, password);
      secrets.add(password.toString().trim());
    }
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      { level: 'trace', base: null },
      {
        write(line: string) {
          said.push(line);
          lines.push(JSON.parse(line));
        },
      },
    );
    const upstream = createUpstream(
      {
        name: 'orders',
        labels: {},
        credentials: {
          default: {
            kind: 'static',
            user,
            ...(password === undefined ? {} : { password_file: passwordFile }),
          },
        },
        upstream: {
          host: '127.0.0.1',
          port: 1,
          database: 'postgres',
          sslmode: 'disable',
          connect_timeout_seconds: 60,
          channel_binding: 'prefer',
          ...config,
        },
      },
      { log, clock: systemClock },
    );
    upstreams.push(upstream);

    const open = async (startupParameters: Record<string, string>, signal?: AbortSignal) => {
      const connection = await upstream.connect({ startupParameters, signal });
      sockets.push(connection.socket);
      said.push(connection.greeting.toString());
      return connection;
    };
    return {
      upstream,
      passwordFile,
      logged: () => lines.filter((line) => line.msg === 'upstream connection failed'),
      connect: async (startupParameters = {}, signal) => {
        const connection = await open(startupParameters, signal);
        checkContract(connection);
        return connection;
      },
      failure: async (startupParameters = {}, signal) => {
        const error = await open(startupParameters, signal).then(
          () => new Error('it connected'),
          (thrown) => thrown,
        );
        said.push(inspect(error, { depth: 9, showHidden: true }));
        if (!(error instanceof Fault || error instanceof ServerRefused)) throw error;
        return error;
      },
    };
  };

  return {
    folder,
    subject,
    async finish() {
      for (const upstream of upstreams.splice(0)) upstream.close();
      for (const socket of sockets.splice(0)) socket.destroy();
      for (const text of said.splice(0)) {
        for (const secret of secrets) expect(text).not.toContain(secret);
      }
      await waitUntil('every socket to be closed', () => openSockets() <= socketsBefore);
    },
    async stop() {
      await rm(folder, { recursive: true });
    },
  };
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'TLSWrap')
    .length;
}

function checkContract({ socket, greeting, backendKey, rest }: UpstreamConnection): void {
  const types = greeting.map((message) => String.fromCharCode(message[0] ?? 0)).join('');
  expect(types).toMatch(/^[SNK]+Z$/);
  for (const message of greeting) expect(message.readUInt32BE(1)).toBe(message.length - 1);
  const key = greeting.find((message) => message[0] === 0x4b);
  expect(key?.subarray(5)).toEqual(backendKey);
  expect(rest.length).toBe(0);
  expect(socket.isPaused()).toBe(true);
  expect(socket.readableLength).toBe(0);
  expect(socket.listenerCount('data') + socket.listenerCount('readable')).toBe(0);
}

/** A query whose answer says `by TLS` or `in the clear`. */
export const encryption = `SELECT CASE WHEN ssl THEN 'by TLS' ELSE 'in the clear' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;

/** Sends one simple query over a raw connection and returns what came up to ReadyForQuery, as text. */
export async function query({ socket }: UpstreamConnection, text: string): Promise<string> {
  const body = Buffer.from(`${text}\0`);
  const header = Buffer.from([0x51, 0, 0, 0, 0]);
  header.writeInt32BE(body.length + 4, 1);
  let answer = Buffer.alloc(0);
  const ready = new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= 6 && answer.subarray(-6, -1).equals(Buffer.from([0x5a, 0, 0, 0, 5]))) resolve();
    });
    socket.on('close', () => reject(new Error('the server closed')));
  });
  socket.resume();
  socket.write(Buffer.concat([header, body]));
  await ready;
  socket.removeAllListeners('data');
  socket.pause();
  return answer.toString();
}
