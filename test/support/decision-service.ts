// A service on loopback that takes decision logs and status reports as a control plane of OPA's does, and keeps them.
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export type Received = Readonly<{
  path: string;
  headers: IncomingMessage['headers'];
  /** Bytes as they came over the network. */
  bytes: number;
  body: unknown;
}>;

export type DecisionService = Readonly<{
  url: string;
  requests: readonly Received[];
  /** The events of all uploads that were taken, in their order. */
  events: () => Record<string, unknown>[];
  /** The status reports that were taken. */
  reports: () => Record<string, unknown>[];
  /** What it answers from now on; 200 at the start. Requests are kept in `refused` while it isn't a success. */
  answer: (status: number) => void;
  refused: readonly Received[];
  stop: () => Promise<void>;
}>;

export async function startDecisionService(tls?: ServerOptions): Promise<DecisionService> {
  const requests: Received[] = [];
  const refused: Received[] = [];
  let status = 200;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const received = {
        path: request.url ?? '',
        headers: request.headers,
        bytes: raw.length,
        body: JSON.parse(text.toString()) as unknown,
      };
      (status < 300 ? requests : refused).push(received);
      response.writeHead(status).end('{}');
    });
  };
  const server = tls === undefined ? createHttp(listener) : createHttps(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const at = (path: string): unknown[] =>
    requests.filter((request) => request.path.startsWith(path)).map(({ body }) => body);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    refused,
    events: () => at('/logs').flat() as Record<string, unknown>[],
    reports: () => at('/status') as Record<string, unknown>[],
    answer: (code) => {
      status = code;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
