// HTTP towards an issuer: bounded in time and size, no redirects, TLS with the issuer's own authority when it has one.
import { askHttp, isLoopbackHost, isPrivateWay } from '../lib/index.ts';

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
    if (!isPrivateWay(target)) throw new Error('the issuer must be reached over https');
    const answer = await askHttp({
      ...{ method, url: target },
      headers: Object.fromEntries(new Headers(headers)),
      body: body === undefined || body === null ? undefined : String(body),
      files: { ca: caFile },
      signal: AbortSignal.any([AbortSignal.timeout(secondsAtMost * 1000), ...(signal ? [signal] : [])]),
      mostBytes: bytesAtMost,
    });
    if (answer.isCut) throw new Error(`the answer is larger than ${bytesAtMost} bytes`);
    const contentType = answer.headers['content-type'];
    return new Response(withoutBody.has(answer.status) ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    });
  };
}

/** Towards this machine: the demo, tests, and a sidecar. */
export function isLoopbackHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && isLoopbackHost(hostname);
}
