// Enough of S3 in this process to put objects: it checks the signature of each request by its own reading of the rules.
import { createHash, createHmac } from 'node:crypto';
import { type Exchange, startWebServer, type WebServer } from './web-server.ts';

export type ObjectStore = WebServer & Readonly<{ objects: ReadonlyMap<string, Buffer> }>;

/** `secrets`: by access key id. */
export async function startObjectStore(
  region: string,
  secrets: Readonly<Record<string, string>>,
): Promise<ObjectStore> {
  const objects = new Map<string, Buffer>();
  const server = await startWebServer((exchange) => {
    const problem = problemWith(exchange, region, secrets);
    if (problem !== undefined) {
      exchange.response.writeHead(403).end(`<Error><Code>${problem}</Code></Error>`);
      return;
    }
    objects.set(decodeURIComponent(exchange.url.pathname), exchange.body);
    const etag = createHash('md5').update(exchange.body).digest('hex');
    exchange.response.writeHead(200, { etag: `"${etag}"` }).end();
  });
  return { ...server, objects };
}

function problemWith(
  { request, url, body }: Exchange,
  region: string,
  secrets: Readonly<Record<string, string>>,
): string | undefined {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=(.+?)\/(\d{8})\/(.+?)\/s3\/aws4_request,SignedHeaders=(.+?),Signature=(\w+)$/;
  const [, id = '', day = '', at = '', signed = '', signature] =
    pattern.exec(request.headers.authorization ?? '') ?? [];
  if (signature === undefined) return 'AccessDenied';
  if (at !== region) return 'AuthorizationHeaderMalformed';
  const secret = secrets[id];
  if (secret === undefined) return 'InvalidAccessKeyId';
  const digest = createHash('sha256').update(body).digest('hex');
  if (request.headers['x-amz-content-sha256'] !== digest) return 'XAmzContentSHA256Mismatch';
  const headers = signed.split(';');
  if (!headers.includes('host') || !headers.includes('x-amz-date')) return 'AccessDenied';
  let canonical = `${request.method}\n${url.pathname}\n${url.search.slice(1)}\n`;
  for (const name of headers) canonical += `${name}:${request.headers[name]}\n`;
  canonical += `\n${signed}\n${digest}`;
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = `AWS4-HMAC-SHA256\n${request.headers['x-amz-date']}\n${day}/${region}/s3/aws4_request\n${hash}`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 's3'), 'aws4_request');
  return hmac(key, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}
