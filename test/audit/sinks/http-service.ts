// A real HTTP server that behaves as services do that take events: well, or as a test says for the next requests.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Certificates } from '../../support/certificates.ts';

export type Received = Readonly<{
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  bytes: Buffer;
  /** Decompressed. */
  body: string;
}>;

/** What becomes of one request; undefined: it goes on to what comes next. */
export type Behaviour = (
  request: Received,
  response: ServerResponse,
  socket: Socket,
) => Promise<boolean | undefined> | boolean | undefined;

export type HttpService = Readonly<{
  url: string;
  port: number;
  received: Received[];
  /** Asked first, in the order in which they were given; one that returns true has answered. */
  behaviours: Behaviour[];
  stop(): Promise<void>;
}>;

export async function startHttpService(
  answer: Behaviour,
  { certificates, port = 0 }: { certificates?: Certificates; port?: number } = {},
): Promise<HttpService> {
  const received: Received[] = [];
  const behaviours: Behaviour[] = [];
  const sockets = new Set<Socket>();
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const bytes = Buffer.concat(chunks);
    const isZipped = request.headers['content-encoding'] === 'gzip';
    const { method = '', url: path = '', headers } = request;
    const it = {
      method,
      path,
      headers,
      bytes,
      body: (isZipped ? gunzipSync(bytes) : bytes).toString('utf8'),
    };
    received.push(it);
    for (const behaviour of [...behaviours, answer])
      if ((await behaviour(it, response, request.socket)) === true) return;
    response.writeHead(404).end();
  };
  const server =
    certificates === undefined
      ? createServer(listener)
      : createSecureServer(
          { cert: await readFile(certificates.cert), key: await readFile(certificates.key) },
          listener,
        );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${certificates === undefined ? 'http' : 'https'}://127.0.0.1:${bound}`,
    ...{ port: bound, received, behaviours },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Does it for so many requests, and then no more. */
export function times(count: number, behaviour: Behaviour): Behaviour {
  let left = count;
  return (...asked) => {
    if (left <= 0) return undefined;
    left -= 1;
    return behaviour(...asked);
  };
}

export function answerJson(response: ServerResponse, status: number, body: unknown, headers = {}): true {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  return true;
}
