// HTTP towards an issuer: bounded in time and size, no redirects, TLS with the issuer's own authority when it has one.
import { readFile } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { getCACertificates } from 'node:tls';

export type IssuerFetch = (
  url: string,
  options?: {
    method?: string;
    headers?: Headers | Record<string, string>;
    body?: unknown;
    signal?: AbortSignal | undefined;
  },
) => Promise<Response>;

const secondsAtMost = 10;
const bytesAtMost = 1024 * 1024;
// Answers with these codes may not have a body at all (Fetch standard, "null body status").
const withoutBody = new Set([101, 103, 204, 205, 304]);

/** The shape of `fetch`, for openid-client too. Plain HTTP is refused towards any machine but this one. */
export function createIssuerFetch(caFile: string | undefined): IssuerFetch {
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    if (!secure && !isLoopbackHttp(target)) throw new Error('the issuer must be reached over https');
    const options = {
      method,
      headers: Object.fromEntries(new Headers(headers)),
      agent: false as const,
      signal: AbortSignal.any([AbortSignal.timeout(secondsAtMost * 1000), ...(signal ? [signal] : [])]),
      ...(secure ? { ca: await authorities(caFile) } : {}),
    };
    return await new Promise<Response>((resolve, reject) => {
      const request = (secure ? requestHttps : requestHttp)(target, options, (incoming) => {
        const chunks: Buffer[] = [];
        let length = 0;
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > bytesAtMost)
            request.destroy(new Error(`the answer is larger than ${bytesAtMost} bytes`));
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          const status = incoming.statusCode ?? 500;
          const contentType = incoming.headers['content-type'];
          resolve(
            new Response(withoutBody.has(status) ? null : Buffer.concat(chunks), {
              status,
              headers: contentType === undefined ? {} : { 'content-type': contentType },
            }),
          );
        });
      });
      request.on('error', reject);
      request.end(body === undefined || body === null ? undefined : String(body));
    });
  };
}

/** True for `http://` on 127.0.0.0/8, ::1 or localhost: the demo, tests, and a sidecar on the same machine. */
export function isLoopbackHttp(url: URL): boolean {
  return url.protocol === 'http:' && /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(url.hostname);
}

let systemAuthorities: string[] | undefined;

/** Read at each use, so that a renewed file counts at once; requests to an issuer are rare. */
async function authorities(caFile: string | undefined): Promise<string | string[]> {
  if (caFile !== undefined) return await readFile(caFile, 'utf8');
  systemAuthorities ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return systemAuthorities;
}
