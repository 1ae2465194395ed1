// One HTTP request to a service that is told something: bounded in time and size, never redirected, its certificate
// checked.
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { getCACertificates } from 'node:tls';
import { version } from '../lib/index.ts';
import { attemptMilliseconds } from './channel.ts';

export type Posting = Readonly<{
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** A file with authorities, in the place of the system's. */
  ca: string | undefined;
  /** Less than a whole attempt may take. */
  milliseconds?: number | undefined;
}>;

export type Posted = Readonly<{
  status: number;
  /** What it says of when to come again. */
  afterSeconds: number | undefined;
  body: string;
}>;

const POST_MS = 10_000;
const ANSWER_MOST = 256 * 1024;

export async function post({ url, headers, body, ca, milliseconds = POST_MS }: Posting): Promise<Posted> {
  const isSecure = new URL(url).protocol === 'https:';
  const tls = isSecure ? { ca: ca === undefined ? systemAuthorities() : await readFile(ca) } : {};
  const signal = AbortSignal.timeout(Math.min(milliseconds, attemptMilliseconds));
  return await new Promise((resolve, reject) => {
    const request = (isSecure ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent: false,
      headers: {
        'user-agent': `portcullis/${version}`,
        'content-length': Buffer.byteLength(body),
        ...headers,
      },
      signal,
      ...tls,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      readAnswer(response).then((text) => {
        resolve({
          status: response.statusCode ?? 0,
          afterSeconds: secondsIn(response.headers['retry-after']),
          body: text,
        });
        request.destroy();
      }, reject);
    });
    request.end(body);
  });
}

/** What is longer than anybody has to say is left unread. */
async function readAnswer(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > ANSWER_MOST) break;
  }
  return text;
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
