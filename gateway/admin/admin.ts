// The HTTP side of the gateway: health for load balancers, probes and people, and metrics. It says nothing of statements
// or values.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AdminConfig } from '../config/index.ts';
import { type Log, version } from '../lib/index.ts';
import { type Health, healthDocument } from './health.ts';
import { expose, expositionType, type ProcessMetrics } from './metrics/exposition.ts';

export type Admin = Readonly<{ port: number; close(): Promise<void> }>;

export type AdminDependencies = Readonly<{
  log: Log;
  /** Of every process of the gateway. */
  health: () => Promise<readonly Health[]>;
  /** Likewise. */
  metrics: () => Promise<readonly ProcessMetrics[]>;
}>;

/** A probe that takes longer than this is over. */
const REQUEST_MS = 10_000;

export async function startAdmin({ host, port }: AdminConfig, deps: AdminDependencies): Promise<Admin> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      respond(request, response, deps).catch((error: unknown) => {
        deps.log.error({ err: error }, 'admin request failed');
        send(response, 500, { error: 'internal error of the gateway' });
      });
    },
  );
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
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { health, metrics }: AdminDependencies,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(response, 405, { error: 'only GET is answered here' });
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
      send(response, 404, { error: 'there are /health, /live and /metrics' });
  }
}

function sendText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(text);
}

function send(response: ServerResponse, status: number, document: object): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(document, undefined, 2)}\n`);
}
