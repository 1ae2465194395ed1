// HTTP towards a service that stores events: over connections that are kept, with certificates that are read again once
// their files change.
import { stat } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { askHttp, type HttpAnswer, readTlsFiles, type TlsFiles } from '../../../lib/index.ts';

export type Question = Readonly<{
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  url: URL;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | string;
  signal: AbortSignal;
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

  async ask(question: Question): Promise<HttpAnswer> {
    const agent = await this.#agentFor(question.url.protocol === 'https:');
    return await askHttp({ ...question, agent, mostBytes: ANSWER_MOST });
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
    const tls = await readTlsFiles(this.#files);
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
