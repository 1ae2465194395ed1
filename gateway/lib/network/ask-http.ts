// One HTTP request and its answer: bounded in time by its signal and in size, never redirected, the server's certificate
// checked.
import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { version } from '../version.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';

export type HttpQuestion = Readonly<{
  method: string;
  url: URL;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: Buffer | string | undefined;
  signal: AbortSignal;
  /** Of the answer's body; at 0, all that is waited for is its status. */
  mostBytes: number;
}> &
  /** Whose connections it may have; without any, it has one of its own. */
  (Readonly<{ agent: Agent }> | Readonly<{ agent?: undefined; files: TlsFiles }>);

export type HttpAnswer = Readonly<{
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** It had more to say than was read. */
  isCut: boolean;
  /** What it says of when to come again. */
  afterSeconds: number | undefined;
}>;

export async function askHttp(question: HttpQuestion): Promise<HttpAnswer> {
  const { method, url, headers, body, signal, mostBytes, agent = false } = question;
  const isSecure = url.protocol === 'https:';
  // Loaded when first needed: commands that ask nobody should not wait for it.
  const { request: start } = await (isSecure ? import('node:https') : import('node:http'));
  const tls = isSecure && question.agent === undefined ? await readTlsFiles(question.files) : {};
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const request = start(url, {
      ...{ method, agent, signal, ...tls },
      headers: {
        'user-agent': `portcullis/${version}`,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      readAnswer(response, mostBytes).then(resolve, reject);
    });
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage, mostBytes: number): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = response;
  const afterSeconds = secondsIn(headers['retry-after']);
  return { status, headers, afterSeconds, ...(await readBody(response, mostBytes)) };
}

async function readBody(
  response: IncomingMessage,
  mostBytes: number,
): Promise<Pick<HttpAnswer, 'body' | 'isCut'>> {
  const chunks: Buffer[] = [];
  let length = 0;
  // A connection whose answer isn't read to its end is of no more use.
  const cut = () => {
    response.on('error', () => undefined).destroy();
    return { body: Buffer.concat(chunks), isCut: true };
  };
  if (mostBytes === 0) return cut();
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) return cut();
    chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), isCut: false };
}

/** Seconds, or a date. */
function secondsIn(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
