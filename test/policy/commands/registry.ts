// Enough of an OCI registry in this process to push and pull: it checks every digest, and hands out tokens of its own.
import { createHash } from 'node:crypto';
import { type Exchange, startWebServer, type WebServer } from './web-server.ts';

export type Registry = WebServer &
  Readonly<{ manifests: ReadonlyMap<string, Buffer>; blobs: ReadonlyMap<string, Buffer> }>;

/** With a login, pushing asks for a token, which the token server gives for user and password. */
export async function startRegistry(login?: Readonly<{ user: string; password: string }>): Promise<Registry> {
  const manifests = new Map<string, Buffer>();
  const blobs = new Map<string, Buffer>();
  const token = 'a-token-of-the-registry';
  const server = await startWebServer((exchange) => {
    const { request, response, url } = exchange;
    if (url.pathname === '/token') return giveToken(exchange);
    if (login !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      const realm = `Bearer realm="${server.origin}/token",service="registry"`;
      response.writeHead(401, { 'www-authenticate': realm }).end();
      return;
    }
    answer(exchange);
  });

  function giveToken({ request, response, url }: Exchange): void {
    const wanted = `Basic ${Buffer.from(`${login?.user}:${login?.password}`).toString('base64')}`;
    const scope = url.searchParams.get('scope');
    if (request.headers.authorization !== wanted || scope !== 'repository:policies/main:pull,push') {
      response.writeHead(401).end('{"errors":[{"message":"wrong user or password"}]}');
    } else response.writeHead(200).end(JSON.stringify({ token }));
  }

  function answer({ request, response, url, body }: Exchange): void {
    const [, repository = '', kind = '', name = ''] =
      /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests)\/(.*)$/.exec(url.pathname) ?? [];
    const digest = digestOf(body);
    switch (`${request.method} ${kind}`) {
      case 'POST blobs/uploads':
        response.writeHead(202, { location: `/v2/${repository}/blobs/uploads/one?state=begun` }).end();
        return;
      case 'PUT blobs/uploads':
        if (url.searchParams.get('digest') !== digest || url.searchParams.get('state') !== 'begun') {
          response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID"}]}');
          return;
        }
        blobs.set(digest, body);
        response.writeHead(201).end();
        return;
      case 'PUT manifests': {
        const { config, layers } = JSON.parse(String(body));
        const isWhole = [config, ...layers].every(
          (part: { digest: string; size: number }) => blobs.get(part.digest)?.length === part.size,
        );
        if (!isWhole) {
          response.writeHead(400).end('{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}');
          return;
        }
        manifests.set(name, body);
        manifests.set(digest, body);
        response.writeHead(201, { 'docker-content-digest': digest }).end();
        return;
      }
      default:
        give(
          exchangeOf(request.method, kind === 'manifests' ? manifests.get(name) : blobs.get(name)),
          response,
        );
    }
  }
  return { ...server, manifests, blobs };
}

type Found = Readonly<{ content: Buffer | undefined; withBody: boolean }>;

const exchangeOf = (method: string | undefined, content: Buffer | undefined): Found => ({
  content,
  withBody: method === 'GET',
});

function give({ content, withBody }: Found, response: Exchange['response']): void {
  if (content === undefined) {
    response.writeHead(404).end();
    return;
  }
  const isManifest = content.includes('"schemaVersion"');
  response.writeHead(200, {
    'content-type': isManifest ? 'application/vnd.oci.image.manifest.v1+json' : 'application/octet-stream',
    'content-length': content.length,
    'docker-content-digest': digestOf(content),
  });
  response.end(withBody ? content : undefined);
}

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;
