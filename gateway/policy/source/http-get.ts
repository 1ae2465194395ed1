// One GET of a bundle: bounded in size, time and redirects; credentials are read from their files and go to their own server alone.
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import type { BundleConfig } from '../../config/index.ts';
import { isPrivateWay, systemAuthorities } from '../../lib/index.ts';
import { SourceFailure } from './bundle-source.ts';
import { publicUrl } from './public-url.ts';
import { readBody } from './read-body.ts';

export type BundleAnswer =
  | Readonly<{ kind: 'unchanged'; etag: string | undefined }>
  | Readonly<{ kind: 'bundle'; bytes: Buffer; etag: string | undefined; longPolls: boolean }>;

export type GetOptions = Readonly<{
  etag: string | undefined;
  /** How long the server may hold the request; 0 asks it not to. */
  waitSeconds: number;
  signal: AbortSignal;
}>;

const ANSWER_WITHIN_MS = 10_000;
const REDIRECTS_AT_MOST = 5;
const longPollingType = 'application/vnd.openpolicyagent.bundles';

export async function getBundle(config: BundleConfig, options: GetOptions): Promise<BundleAnswer> {
  let url = new URL(config.url);
  for (let redirects = 0; redirects <= REDIRECTS_AT_MOST; redirects += 1) {
    const answer = await request(config, url, options);
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200) {
      const bytes = await readBody(answer, config.max_bytes);
      const longPolls = mediaType(headers['content-type']) === longPollingType;
      return { kind: 'bundle', bytes, etag: headers.etag, longPolls };
    }
    // Whatever else it says is of no use, and the connection isn't used again.
    answer.destroy();
    if (statusCode === 304 && options.etag !== undefined) {
      return { kind: 'unchanged', etag: headers.etag ?? options.etag };
    }
    if (![301, 302, 303, 307, 308].includes(statusCode)) throw refusedBy(url, statusCode);
    url = nextUrl(url, headers.location);
  }
  throw new SourceFailure(
    'redirects',
    `${publicUrl(config.url)} redirects more than ${REDIRECTS_AT_MOST} times; name the URL that the bundle is at`,
  );
}

async function request(
  config: BundleConfig,
  url: URL,
  { etag, waitSeconds, signal }: GetOptions,
): Promise<IncomingMessage> {
  const origin = new URL(config.url).origin;
  const credentials = url.origin === origin ? await readCredentials(config, url) : { headers: {}, tls: {} };
  const options: RequestOptions = {
    method: 'GET',
    agent: false,
    signal,
    headers: {
      Accept: 'application/gzip, application/octet-stream, application/vnd.openpolicyagent.bundles',
      'Accept-Encoding': 'identity',
      Prefer: waitSeconds > 0 ? `modes=snapshot;wait=${waitSeconds}` : 'modes=snapshot',
      ...(etag === undefined ? {} : { 'If-None-Match': etag }),
      ...credentials.headers,
    },
    ...(url.protocol === 'https:'
      ? {
          ca: config.ca === undefined ? systemAuthorities() : await readSecret(config.ca),
          ...credentials.tls,
        }
      : {}),
  };
  return await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
    const deadline = setTimeout(
      () => sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      ANSWER_WITHIN_MS + waitSeconds * 1000,
    );
    sent.on('response', (answer) => {
      clearTimeout(deadline);
      resolve(answer);
    });
    sent.on('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(deadline);
      reject(unreachable(url, cause));
    });
    sent.end();
  });
}

/** Read at each request, so that what was rotated counts at once. */
async function readCredentials(
  { bearer_token_file, cert, key }: BundleConfig,
  url: URL,
): Promise<{ headers: Record<string, string>; tls: { cert?: Buffer; key?: Buffer } }> {
  const token =
    bearer_token_file === undefined ? undefined : (await readSecret(bearer_token_file)).toString().trim();
  const secret = token !== undefined || url.password !== '';
  if (secret && !isPrivateWay(url)) {
    throw new SourceFailure(
      'insecure',
      `a token is not sent to ${publicUrl(url)} over plain http; use https`,
    );
  }
  return {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    tls: {
      ...(cert === undefined ? {} : { cert: await readSecret(cert) }),
      ...(key === undefined ? {} : { key: await readSecret(key) }),
    },
  };
}

async function readSecret(file: string): Promise<Buffer> {
  return await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new SourceFailure('credential_unreadable', `the file ${file} cannot be read (${cause.code})`, {
      cause,
    });
  });
}

/** Never from https to http: whoever stands between could then send what they like. */
function nextUrl(from: URL, location: string | undefined): URL {
  const next = location !== undefined && URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (next === undefined || !['https:', 'http:'].includes(next.protocol)) {
    throw new SourceFailure('redirects', `${publicUrl(from)} redirects to no URL`);
  }
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new SourceFailure(
      'insecure',
      `${publicUrl(from)} redirects from https to http; have it stay with https`,
    );
  }
  return next;
}

function refusedBy(url: URL, status: number): SourceFailure {
  const remedies: Readonly<Record<number, string>> = {
    401: 'give the token or the client certificate that it asks for',
    403: 'see that the token or the client certificate may read the bundle',
    404: 'see that the bundle is published under this URL',
  };
  const remedy = remedies[status] ?? "look at the server's log";
  return new SourceFailure('http', `${publicUrl(url)} answered with the status ${status}; ${remedy}`, {
    httpStatus: status,
  });
}

function unreachable(url: URL, cause: NodeJS.ErrnoException): SourceFailure {
  return new SourceFailure(
    'unreachable',
    `${publicUrl(url)} cannot be reached (${cause.code ?? cause.message})`,
    { cause },
  );
}

function mediaType(header: string | undefined): string | undefined {
  return header?.split(';')[0]?.trim().toLowerCase();
}
