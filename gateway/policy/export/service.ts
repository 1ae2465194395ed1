// An HTTP service that takes what OPA would send it: one POST at a time, bounded in time, with the credentials as they
// are at that moment.
import { readFile } from 'node:fs/promises';
import { askHttp, isPrivateWay, type TlsFiles } from '../../lib/index.ts';

export type ServiceConfig = TlsFiles & Readonly<{ url: string; bearer_token_file?: string }>;

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
    const { status } = await askHttp({
      method: 'POST',
      url: targetOf(config.url, path),
      headers: { ...headers, ...(await bearer(config)) },
      body,
      files: config,
      signal: AbortSignal.any([AbortSignal.timeout(secondsAtMost * 1000), signal]),
      // Nothing in the answer is of interest.
      mostBytes: 0,
    });
    if (status < 200 || status >= 300) throw new ServiceRefused(status);
  };
}

/** What is told of principals, and the token, must not pass a network in the clear. */
function targetOf(text: string, path: string): URL {
  if (!URL.canParse(text)) throw new Error('the URL of the service is none');
  const url = new URL(text);
  if (!isPrivateWay(url)) throw new Error('the service must be reached over https');
  if (url.pathname === '/') url.pathname = path;
  return url;
}

async function bearer({ bearer_token_file: file }: ServiceConfig): Promise<Record<string, string>> {
  if (file === undefined) return {};
  return { authorization: `Bearer ${(await readFile(file, 'utf8')).trim()}` };
}
