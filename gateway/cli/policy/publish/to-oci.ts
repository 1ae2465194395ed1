// Publishes to an OCI registry, in the form in which OPA fetches bundles from one.
import { createHash } from 'node:crypto';
import { isLoopbackHost } from '../../../lib/index.ts';
import { CommandError } from '../../command.ts';
import { type Authorization, authorize } from './oci-login.ts';
import type { Access, Published } from './publisher.ts';
import { type Answer, type Request, refusal, send } from './send.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

type Place = Readonly<{ registry: string; repository: string; tag: string }>;

export async function publishToOci(bytes: Buffer, place: Place, access: Access): Promise<Published> {
  const { registry, repository, tag } = place;
  const client = new RegistryClient(place, access);
  const config = Buffer.from('{}');
  for (const blob of [bytes, config]) await client.push(blob);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: describe(config, configType),
      layers: [
        { ...describe(bytes, layerType), annotations: { 'org.opencontainers.image.title': 'bundle.tar.gz' } },
      ],
    }),
  );
  await client.pushManifest(tag, manifest);
  return { place: `oci://${registry}/${repository}:${tag}`, version: digestOf(manifest) };
}

class RegistryClient {
  readonly #base: string;
  readonly #registry: string;
  readonly #repository: string;
  readonly #access: Access;
  #authorization: Authorization | undefined;

  constructor({ registry, repository }: Place, access: Access) {
    const host = URL.parse(`https://${registry}`)?.hostname;
    if (host === undefined) throw new CommandError(`"${registry}" is no name of a registry`);
    // As everywhere with registries, one on this machine speaks HTTP.
    this.#base = `${isLoopbackHost(host) ? 'http' : 'https'}://${registry}/v2/${repository}`;
    this.#registry = registry;
    this.#repository = repository;
    this.#access = access;
  }

  async push(blob: Buffer): Promise<void> {
    const digest = digestOf(blob);
    const there = await this.#ask({ method: 'HEAD', url: new URL(`${this.#base}/blobs/${digest}`) });
    if (there.status === 200) return;
    const start = new URL(`${this.#base}/blobs/uploads/`);
    const upload = await this.#ask({ method: 'POST', url: start, body: Buffer.alloc(0) });
    const { location } = upload.headers;
    if (upload.status !== 202 || location === undefined) throw refusal(this.#registry, upload);
    const url = new URL(location, start);
    url.searchParams.set('digest', digest);
    const done = await this.#ask({
      method: 'PUT',
      url,
      headers: { 'content-type': 'application/octet-stream' },
      body: blob,
    });
    if (done.status !== 201) throw refusal(this.#registry, done);
  }

  async pushManifest(tag: string, manifest: Buffer): Promise<void> {
    const url = new URL(`${this.#base}/manifests/${tag}`);
    const answer = await this.#ask({
      method: 'PUT',
      url,
      headers: { 'content-type': manifestType },
      body: manifest,
    });
    if (answer.status !== 201) throw refusal(this.#registry, answer);
  }

  /** Asks without a credential first: only then does the registry say which one it wants. */
  async #ask(request: Request): Promise<Answer> {
    const { tls } = this.#access;
    const ask = (): Promise<Answer> => {
      // An upload may be sent to another host, which is not to see the credential of this one.
      const isOwn = request.url.host === new URL(this.#base).host;
      const headers = { ...request.headers, ...(isOwn ? this.#authorization : undefined) };
      return send({ ...request, headers, tls });
    };
    const answer = await ask();
    if (answer.status !== 401 || this.#authorization !== undefined) return answer;
    this.#authorization = await authorize(answer, this.#repository, this.#access);
    return this.#authorization === undefined ? answer : await ask();
  }
}

const describe = (content: Buffer, mediaType: string) => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
});

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;
