// The HTTP side of the gateway: health for load balancers, probes and people, and metrics. It says nothing of statements
// or values.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AdminConfig } from '../config/index.ts';
import { type Log, version } from '../lib/index.ts';
import { type ApiRequest, type ApiResponse, answerRequest } from './api.ts';
import { type Health, healthDocument } from './health.ts';
import { expose, expositionType, type ProcessMetrics } from './metrics/exposition.ts';
import { streamWatch, type Watch } from './stream-watch.ts';
import { readCertificate, watchCertificate } from './watched-certificate.ts';

export type Admin = Readonly<{ port: number; close(): Promise<void> }>;

export type AdminDependencies = Readonly<{
  log: Log;
  /** Of every process of the gateway. */
  health: () => Promise<readonly Health[]>;
  /** Likewise. */
  metrics: () => Promise<readonly ProcessMetrics[]>;
  /** What is below /v1. */
  api: (request: ApiRequest) => Promise<ApiResponse>;
  /** Of a session that an answer of the API names. */
  watch?: Watch;
}>;

/** A probe that takes longer than this is over. */
const REQUEST_MS = 10_000;

export async function startAdmin({ host, port, tls }: AdminConfig, deps: AdminDependencies): Promise<Admin> {
  const times = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    respond(request, response, deps).catch((error: unknown) => {
      deps.log.error({ err: error }, 'admin request failed');
      send(response, 500, wrong('internal error of the gateway'));
    });
  };
  const secure =
    tls && createTlsServer({ ...times, ...(await readCertificate(tls)), minVersion: 'TLSv1.2' }, onRequest);
  const server = secure ?? createServer(times, onRequest);
  const stopWatching =
    tls === undefined
      ? undefined
      : watchCertificate(tls, {
          use: (certificate) => secure?.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' }),
          failed: (error) =>
            deps.log.error(
              { err: error },
              'certificate of the admin side not reloaded; the one before stays in use',
            ),
        });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  server.on('error', (error) => deps.log.error({ err: error }, 'admin listener failed'));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        stopWatching?.();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { health, metrics, api, watch }: AdminDependencies,
): Promise<void> {
  if (request.url?.startsWith('/v1/')) {
    const { status, body, watch: session } = await answerRequest(request, api);
    if (session === undefined || watch === undefined) send(response, status, body);
    else streamWatch(response, session, body, watch);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(response, 405, wrong('only GET is answered here'));
    return;
  }
  switch (new URL(request.url ?? '/', 'http://gateway').pathname) {
    case '/live':
      send(response, 200, { live: true });
      return;
    case '/health': {
      const document = healthDocument(await health(), version) as { ready: boolean };
      send(response, document.ready ? 200 : 503, document);
      return;
    }
    case '/metrics':
      sendText(response, expositionType, expose(await metrics()));
      return;
    default:
      send(response, 404, wrong('there are /health, /live, /metrics and what is below /v1'));
  }
}

function sendText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(text);
}

const wrong = (message: string): object => ({ error: { message } });

function send(response: ServerResponse, status: number, document: object): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(document, undefined, 2)}\n`);
}
