// An HTTP service that takes what OPA would send it: one POST at a time, bounded in time, with the credentials as they
// are at that moment.
import { readFile } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { getCACertificates } from 'node:tls';

export type ServiceConfig = Readonly<{
  url: string;
  bearer_token_file?: string;
  ca?: string;
  cert?: string;
  key?: string;
}>;

/** The service answered, with something else than success. Its message names the status and nothing of the answer. */
export class ServiceRefused extends Error {
  override readonly name = 'ServiceRefused';
  readonly status: number;

  constructor(status: number) {
    super(`the service answered with HTTP ${status}`);
    this.status = status;
  }
}

/** Posts a body; resolves once the service has taken it. */
export type Post = (
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<void>;

const secondsAtMost = 30;

/** A URL without a path gets the one that OPA adds to a service's: `/logs`, `/status`. */
export function createPost(config: ServiceConfig, path: string): Post {
  return async (body, headers, signal) => {
    const url = targetOf(config.url, path);
    const secure = url.protocol === 'https:';
    const [credentials, tls] = await Promise.all([bearer(config), secure ? tlsOptions(config) : {}]);
    await new Promise<void>((resolve, reject) => {
      const request = (secure ? requestHttps : requestHttp)(url, {
        method: 'POST',
        agent: false,
        headers: { ...headers, ...credentials, 'content-length': body.length },
        signal: AbortSignal.any([AbortSignal.timeout(secondsAtMost * 1000), signal]),
        ...tls,
      });
      request.on('error', reject);
      request.on('response', (response) => {
        const status = response.statusCode ?? 0;
        // Nothing in the answer is of interest; a connection of its own ends with it.
        response.on('error', () => {});
        response.destroy();
        if (status >= 200 && status < 300) resolve();
        else reject(new ServiceRefused(status));
      });
      request.end(body);
    });
  };
}

/** What is told of principals, and the token, must not pass a network in the clear. */
function targetOf(text: string, path: string): URL {
  if (!URL.canParse(text)) throw new Error('the URL of the service is none');
  const url = new URL(text);
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new Error('the service must be reached over https');
  }
  if (url.pathname === '/') url.pathname = path;
  return url;
}

async function bearer({ bearer_token_file: file }: ServiceConfig): Promise<Record<string, string>> {
  if (file === undefined) return {};
  return { authorization: `Bearer ${(await readFile(file, 'utf8')).trim()}` };
}

async function tlsOptions({ ca, cert, key }: ServiceConfig): Promise<object> {
  return {
    ca: ca === undefined ? systemAuthorities() : await readFile(ca),
    ...(cert === undefined || key === undefined
      ? {}
      : { cert: await readFile(cert), key: await readFile(key) }),
  };
}

let authorities: string[] | undefined;

function systemAuthorities(): string[] {
  authorities ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return authorities;
}
