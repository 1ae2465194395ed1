// A server of this process on loopback, which keeps what is put there: for tests that publish.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Exchange = Readonly<{
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  body: Buffer;
}>;

export type WebServer = Readonly<{ host: string; origin: string; stop(): Promise<void> }>;

export async function startWebServer(
  answer: (exchange: Exchange) => void,
  tls?: ServerOptions,
): Promise<WebServer> {
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://server');
    answer({ request, response, url, body: Buffer.concat(chunks) });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    origin: `${tls === undefined ? 'http' : 'https'}://${host}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
