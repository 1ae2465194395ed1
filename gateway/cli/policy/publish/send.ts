// One request with a body to a server, and its whole answer.
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isPrivateWay } from '../../../lib/index.ts';
import { CommandError } from '../../command.ts';

export type Tls = Readonly<{ ca?: Buffer; cert?: Buffer; key?: Buffer }>;

export type Request = Readonly<{
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  url: URL;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
  tls?: Tls;
}>;

export type Answer = Readonly<{ status: number; headers: IncomingHttpHeaders; body: string }>;

const silentSeconds = 60;
const mostAnswer = 1024 * 1024;

/** Redirects are not followed: a credential goes where it was meant to, and nowhere else. */
export function send({ method, url, headers = {}, body, tls = {} }: Request): Promise<Answer> {
  if (headers.authorization !== undefined) refusePlainCredential(url);
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new CommandError(`${url.origin} cannot be reached: ${error.code ?? error.message}`));
    const options = {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) },
    };
    const started =
      url.protocol === 'https:' ? requestHttps(url, { ...options, ...tls }) : requestHttp(url, options);
    started.setTimeout(silentSeconds * 1000, () =>
      started.destroy(new Error(`nothing came for ${silentSeconds} seconds`)),
    );
    started.on('error', fail);
    started.on('response', (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('error', fail);
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > mostAnswer) started.destroy(new Error(`its answer is longer than ${mostAnswer} bytes`));
        else chunks.push(chunk);
      });
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    started.end(body);
  });
}

function refusePlainCredential(url: URL): void {
  if (isPrivateWay(url)) return;
  throw new CommandError(`a credential would go to ${url.origin} in the clear`, { hint: 'Use https.' });
}

/** What to say of an answer that is no success. The body is the server's own words, cut short. */
export function refusal(what: string, { status, body }: Answer): CommandError {
  const words = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  const hints: Readonly<Record<number, string>> = {
    401: 'It asks for a credential, or does not accept this one.',
    403: 'The credential is not allowed to write there.',
    404: 'It has no such place.',
    413: 'The bundle is too large for it.',
  };
  return new CommandError(`${what} answered ${status}${words === '' ? '' : `: ${words}`}`, {
    hint: hints[status],
  });
}
