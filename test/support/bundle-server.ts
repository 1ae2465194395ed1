// A real server of bundles: tags, long polling, tokens, client certificates, and faults when a test asks for them.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

export type Fault =
  /** Answers with this status and nothing else. */
  | Readonly<{ kind: 'status'; status: number; location?: string }>
  /** Takes the request and never answers. */
  | Readonly<{ kind: 'hang' }>
  /** Sends so many bytes of the body and ends the connection. */
  | Readonly<{ kind: 'cut'; after: number }>
  /** Sends another body than the published one, under the tag of the published one. */
  | Readonly<{ kind: 'replace'; body: Buffer }>
  /** Sends a body without a length, for as long as anybody reads it. */
  | Readonly<{ kind: 'endless' }>;

export type SeenRequest = Readonly<{
  path: string;
  headers: IncomingHttpHeaders;
  /** Common name of the client's certificate. */
  client: string | undefined;
  status: number;
}>;

export type BundleServer = Readonly<{
  origin: string;
  url(name: string): string;
  /** Replaces the bundle of that name; who waits for it gets it at once. */
  publish(name: string, bundle: Buffer, options?: { etag?: string }): void;
  /** Until the next call; undefined ends it. */
  setFault(fault: Fault | undefined): void;
  /** Every request that was answered, or left without an answer by a fault, in order. */
  requests: readonly SeenRequest[];
  /** How many requests are being held now. */
  held(): number;
  stop(): Promise<void>;
}>;

export type BundleServerOptions = Readonly<{
  /** Holds requests that ask for it until there is something new. */
  longPolling?: boolean;
  /** Bundles carry no ETag. */
  withoutTags?: boolean;
  /** The token that every request must bring; asked at each request. */
  token?: () => string;
  /** `ca`: clients must have a certificate of this authority. */
  tls?: Readonly<{ cert: string; key: string; ca?: string }>;
}>;

type Published = Readonly<{ bundle: Buffer; etag: string }>;

export async function startBundleServer(options: BundleServerOptions = {}): Promise<BundleServer> {
  const { tls, longPolling = false, withoutTags = false, token } = options;
  const published = new Map<string, Published>();
  const requests: SeenRequest[] = [];
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();
  let fault: Fault | undefined;

  const listener: RequestListener = async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const client = (request.socket as TLSSocket).getPeerCertificate?.()?.subject?.CN;
    const seen = (status: number): void => {
      const name = Array.isArray(client) ? client[0] : client;
      requests.push({ path, headers: request.headers, client: name, status });
    };
    const answer = (status: number, headers: Record<string, string> = {}, body?: Buffer): void => {
      seen(status);
      response.writeHead(status, headers).end(body);
    };

    if (token !== undefined && request.headers.authorization !== `Bearer ${token()}`) return answer(401);
    if (fault?.kind === 'hang') return seen(0);
    if (fault?.kind === 'status') {
      return answer(fault.status, fault.location === undefined ? {} : { location: fault.location });
    }
    const name = path.slice(1);
    const wait = Number(/(?:^|;)wait=(\d+)/.exec(String(request.headers.prefer))?.[1] ?? 0);
    const isCurrent = (): boolean =>
      request.headers['if-none-match'] !== undefined &&
      request.headers['if-none-match'] === published.get(name)?.etag;
    if (longPolling && wait > 0 && isCurrent()) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, wait * 1000);
        waiting.add(end);
        request.on('close', end);
      });
    }

    const found = published.get(name);
    if (found === undefined) return answer(404);
    const headers = {
      'content-type': longPolling ? 'application/vnd.openpolicyagent.bundles' : 'application/gzip',
      ...(withoutTags ? {} : { etag: found.etag }),
    };
    if (isCurrent() && !withoutTags) return answer(304, headers);
    if (fault?.kind === 'cut') {
      seen(200);
      response.writeHead(200, { ...headers, 'content-length': String(found.bundle.length) });
      response.write(found.bundle.subarray(0, fault.after), () => response.destroy());
      return;
    }
    if (fault?.kind === 'endless') {
      seen(200);
      response.writeHead(200, headers);
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(64 * 1024), () => setImmediate(more));
      };
      return more();
    }
    answer(200, headers, fault?.kind === 'replace' ? fault.body : found.bundle);
  };

  const server =
    tls === undefined
      ? createHttp(listener)
      : createHttps(
          {
            cert: await readFile(tls.cert),
            key: await readFile(tls.key),
            ...(tls.ca === undefined
              ? {}
              : { ca: await readFile(tls.ca), requestCert: true, rejectUnauthorized: true }),
          },
          listener,
        );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    url: (name) => `${origin}/${name}`,
    publish: (name, bundle, { etag } = {}) => {
      const tag = etag ?? `"${createHash('sha256').update(bundle).digest('hex').slice(0, 16)}"`;
      published.set(name, { bundle, etag: tag });
      for (const end of [...waiting]) end();
    },
    setFault: (next) => {
      fault = next;
    },
    requests,
    held: () => waiting.size,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
