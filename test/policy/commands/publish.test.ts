// `portcullis policy publish`, to real servers on loopback: what they hold afterwards is the bundle, byte for byte.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { anyEntrypoint, anyPolicy, buildBundle, createSigningKey } from '../../support/build-bundle.ts';
import { createCertificates } from '../../support/certificates.ts';
import { startObjectStore } from './object-store.ts';
import { startRegistry } from './registry.ts';
import { startWebServer, type WebServer } from './web-server.ts';

let folder: string;
let bundle: string;
let bytes: Buffer;
const servers: WebServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-publish-'));
  bundle = join(folder, 'bundle.tar.gz');
  const signing = { key: await createSigningKey(folder, 'ES256') };
  bytes = await buildBundle({ files: anyPolicy, entrypoints: [anyEntrypoint], revision: 'v1', signing });
  await writeFile(bundle, bytes);
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function started<Server extends WebServer>(server: Promise<Server>): Promise<Server> {
  servers.push(await server);
  return server;
}

const publish = (...words: string[]) => runCli(['policy', 'publish', ...words]);

async function fileWith(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

describe('to a web server', () => {
  test('with a token over TLS, and the ETag is printed', async () => {
    const certificates = await createCertificates(folder);
    const seen: { method?: string | undefined; authorization?: string | undefined; body?: Buffer } = {};
    const server = await started(
      startWebServer(
        ({ request, response, body }) => {
          Object.assign(seen, { method: request.method, authorization: request.headers.authorization, body });
          response.writeHead(201, { etag: '"abc"' }).end();
        },
        { cert: await readFile(certificates.cert), key: await readFile(certificates.key) },
      ),
    );
    const token = await fileWith('token', 'a-secret-token\n');
    const url = `${server.origin.replace('127.0.0.1', 'localhost')}/main.tar.gz`;
    const args = [bundle, url, '--bearer-token-file', token, '--ca', certificates.ca];
    expect(await publish(...args)).toEqual({ code: 0, stdout: `${url}  "abc"\n`, stderr: '' });
    expect(seen).toEqual({ method: 'PUT', authorization: 'Bearer a-secret-token', body: bytes });
  });

  test('which refuses it: the answer is passed on, the token is not', async () => {
    const server = await started(
      startWebServer(({ response }) => response.writeHead(403).end('<p>no  way</p>')),
    );
    const token = await fileWith('token', 'a-secret-token');
    const { code, stdout, stderr } = await publish(
      bundle,
      `${server.origin}/x`,
      '--bearer-token-file',
      token,
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `portcullis: ${server.host} answered 403: no way\nThe credential is not allowed to write there.\n`,
    );
  });

  test('a token never leaves the machine in the clear', async () => {
    const token = await fileWith('token', 'a-secret-token');
    const { code, stderr } = await publish(bundle, 'http://bundles.test/x', '--bearer-token-file', token);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'portcullis: a credential would go to http://bundles.test in the clear\nUse https.\n',
    );
  });

  test('a credential in the URL is refused', async () => {
    const { code, stderr } = await publish(bundle, 'https://me:secret@bundles.test/x');
    expect(code).toBe(2);
    expect(stderr).toContain('a credential in a URL ends up in logs');
    expect(stderr).not.toContain('secret@');
  });
});

describe('to S3', () => {
  const env = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'sec/ret', AWS_REGION: 'eu-central-1' };
  const run = (environment: Record<string, string>, endpoint: string) =>
    runCli(['policy', 'publish', bundle, 's3://policies/a b/main.tar.gz', '--endpoint', endpoint], {
      env: environment,
    });

  test('with a signature that it accepts', async () => {
    const store = await started(startObjectStore('eu-central-1', { AKID: 'sec/ret' }));
    const { code, stdout, stderr } = await run(env, store.origin);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^s3:\/\/policies\/a b\/main\.tar\.gz {2}"[0-9a-f]{32}"\n$/);
    expect(store.objects.get('/policies/a b/main.tar.gz')).toEqual(bytes);
  });

  test('with a wrong secret: refused, and nothing is there', async () => {
    const store = await started(startObjectStore('eu-central-1', { AKID: 'another' }));
    const { code, stderr } = await run(env, store.origin);
    expect(code).toBe(1);
    expect(stderr).toContain('answered 403: SignatureDoesNotMatch');
    expect(store.objects.size).toBe(0);
  });

  test('without a credential it says which variables it reads', async () => {
    const { code, stderr } = await run({}, 'https://s3.test');
    expect(code).toBe(1);
    expect(stderr).toContain('Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment');
  });
});

describe('to a registry', () => {
  const layer = 'application/vnd.oci.image.layer.v1.tar+gzip';

  test('in the form that OPA fetches, logged in by the way that the registry names', async () => {
    const login = { user: 'ci', password: 'pass:word' };
    const registry = await started(startRegistry(login));
    const password = await fileWith('password', 'pass:word\n');
    const url = `oci://${registry.host}/policies/main:v7`;
    const { code, stdout, stderr } = await publish(bundle, url, '--user', 'ci', '--password-file', password);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const manifest = registry.manifests.get('v7') ?? Buffer.alloc(0);
    const digest = createHash('sha256').update(manifest).digest('hex');
    expect(stdout).toBe(`${url}  sha256:${digest}\n`);
    const [found, ...others] = JSON.parse(String(manifest)).layers;
    expect(others).toEqual([]);
    expect(found).toMatchObject({ mediaType: layer, size: bytes.length });
    expect(registry.blobs.get(found.digest)).toEqual(bytes);
  });

  test('again: what is there already is not sent a second time', async () => {
    const registry = await started(startRegistry());
    const url = `oci://${registry.host}/policies/main`;
    expect((await publish(bundle, url)).code).toBe(0);
    expect((await publish(bundle, `${url}:other`)).code).toBe(0);
    expect(registry.manifests.get('other')).toEqual(registry.manifests.get('latest'));
  });

  test('with a wrong password: refused by the token server', async () => {
    const registry = await started(startRegistry({ user: 'ci', password: 'right' }));
    const password = await fileWith('password', 'wrong-password');
    const url = `oci://${registry.host}/policies/main:v7`;
    const { code, stderr } = await publish(bundle, url, '--user', 'ci', '--password-file', password);
    expect(code).toBe(1);
    expect(stderr).toContain(`the token server ${registry.host} answered 401`);
    expect(stderr).not.toContain('wrong-password');
    expect(registry.manifests.size).toBe(0);
  });
});

describe('to a file', () => {
  test('in place of the old one, and nothing else stays behind', async () => {
    const place = join(folder, 'served');
    await mkdir(place, { recursive: true });
    const target = join(place, 'main.tar.gz');
    await writeFile(target, 'old');
    expect(await publish(bundle, target)).toEqual({ code: 0, stdout: `${target}\n`, stderr: '' });
    expect(await readFile(target)).toEqual(bytes);
    expect(await readdir(place)).toEqual(['main.tar.gz']);
  });

  test('into a folder, under its own name, also by file URL', async () => {
    const place = join(folder, 'new', 'folder');
    expect((await publish(bundle, `file://${place}/`)).code).toBe(0);
    expect(await readFile(join(place, 'bundle.tar.gz'))).toEqual(bytes);
  });
});

describe('what is no signed bundle', () => {
  test('an unsigned one is published only when that is said', async () => {
    const unsigned = join(folder, 'unsigned.tar.gz');
    await writeFile(unsigned, await buildBundle({ files: anyPolicy, entrypoints: [anyEntrypoint] }));
    const target = join(folder, 'unsigned-place.tar.gz');
    const refused = await publish(unsigned, target);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('is not signed');
    expect((await publish(unsigned, target, '--unsigned')).code).toBe(0);
  });

  test('a file of another kind is refused', async () => {
    const other = await fileWith('other', 'text');
    const { code, stderr } = await publish(other, join(folder, 'x'));
    expect(code).toBe(1);
    expect(stderr).toContain('is no bundle: the file is no gzip archive');
  });

  test('an unknown way to publish is a wrong command line', async () => {
    const { code, stderr } = await publish(bundle, 'ftp://x/y');
    expect(code).toBe(2);
    expect(stderr).toContain('"ftp" is no way to publish');
  });
});
