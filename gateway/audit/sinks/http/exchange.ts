// HTTP towards a service that stores events: kept-alive connections, bounded in time and size, never redirected, its
// certificate checked, and certificates read again once their files change.
import { readFile, stat } from 'node:fs/promises';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { getCACertificates } from 'node:tls';
import { version } from '../../../lib/index.ts';

export type TlsFiles = Readonly<{
  /** Authorities, in the place of the system's. */
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}>;

export type Question = Readonly<{
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  url: URL;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | string;
  signal: AbortSignal;
}>;

export type Answer = Readonly<{
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** What it says of when to come again. */
  afterSeconds: number | undefined;
}>;

const ANSWER_MOST = 1024 * 1024;
const SOCKETS = 8;
/** Shorter than what servers commonly keep a silent connection for. */
const IDLE_MS = 4_000;

export class Exchange {
  readonly #files: TlsFiles;
  #agent: HttpAgent | HttpsAgent | undefined;
  #stamp = '';

  constructor(files: TlsFiles) {
    this.#files = files;
  }

  async ask({ method, url, headers, body, signal }: Question): Promise<Answer> {
    const isSecure = url.protocol === 'https:';
    const agent = await this.#agentFor(isSecure);
    signal.throwIfAborted();
    return await new Promise((resolve, reject) => {
      const request = (isSecure ? requestHttps : requestHttp)(url, {
        ...{ method, agent, signal },
        headers: {
          'user-agent': `portcullis/${version}`,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      });
      request.on('error', reject);
      request.on('response', (response) => {
        readAnswer(response).then(resolve, reject);
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #agentFor(isSecure: boolean): Promise<HttpAgent | HttpsAgent> {
    const options = { keepAlive: true, maxSockets: SOCKETS, timeout: IDLE_MS, scheduling: 'lifo' } as const;
    if (!isSecure) {
      this.#agent ??= new HttpAgent(options);
      return this.#agent;
    }
    const { ca, cert, key } = this.#files;
    const stamp = (await Promise.all([ca, cert, key].map(stampOf))).join();
    if (this.#agent !== undefined && stamp === this.#stamp) return this.#agent;
    const read = (file: string | undefined) => (file === undefined ? undefined : readFile(file));
    const tls = { ca: (await read(ca)) ?? systemAuthorities(), cert: await read(cert), key: await read(key) };
    this.#agent?.destroy();
    this.#agent = new HttpsAgent({ ...options, ...tls });
    this.#stamp = stamp;
    return this.#agent;
  }
}

async function stampOf(file: string | undefined): Promise<string> {
  if (file === undefined) return '';
  const { ino, size, mtimeMs } = await stat(file);
  return `${ino} ${size} ${mtimeMs}`;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > ANSWER_MOST) {
      response.destroy();
      break;
    }
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks),
    afterSeconds: secondsIn(response.headers['retry-after']),
  };
}

/** Seconds, or a date. */
function secondsIn(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

let authorities: string[] | undefined;

function systemAuthorities(): string[] {
  authorities ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return authorities;
}
