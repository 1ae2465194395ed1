// Real bundles for tests: built and signed by OPA itself, and taken apart and put together again to tamper with them.
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ensureOpa } from '../../gateway/bin/opa.mjs';
import { once } from './once.ts';
import { type TarEntry, writeTarGzip } from './write-tar.ts';

const run = promisify(execFile);

export type Algorithm = `${'RS' | 'PS' | 'ES'}${256 | 384 | 512}` | `HS${256 | 384 | 512}`;

export type SigningKey = Readonly<{
  algorithm: Algorithm;
  /** The file that OPA signs with. */
  privateFile: string;
  /** The file that a verifier needs; for HS… the same one. */
  publicFile: string;
}>;

export type BundleRequest = Readonly<{
  /** Rego, data and, where it is wanted, `.manifest`, by path. */
  files: Readonly<Record<string, string>>;
  /** Slash-separated; with none the bundle has no WASM. */
  entrypoints?: readonly string[];
  revision?: string;
  signing?: Readonly<{ key: SigningKey; scope?: string; keyId?: string }>;
}>;

/** A policy that is small and decides something, for tests that need any. */
export const anyPolicy: Readonly<Record<string, string>> = {
  'gateway/statement.rego': `package gateway.statement

decision := {"effect": "allow", "rule": "shop.known", "reason": data.shop.reason} if input.identity.principal == "ada"

decision := {"effect": "deny", "rule": "shop.unknown"} if input.identity.principal != "ada"
`,
  'shop/data.json': '{"reason": "she works <here> & now", "limit": 1.0, "factors": [1e3, -0, 0.10]}',
  '.manifest': '{"roots": ["gateway", "shop"], "metadata": {"team": "security"}}',
};

export const anyEntrypoint = 'gateway/statement/decision';

/** Runs `opa build` in a folder of its own, and returns the bundle's bytes. */
export async function buildBundle({
  files,
  entrypoints = [],
  revision,
  signing,
}: BundleRequest): Promise<Buffer> {
  return await inFolder(async (folder) => {
    const source = join(folder, 'source');
    await writeFiles(source, files);
    const claims = join(folder, 'claims.json');
    const keyId = signing?.keyId ?? 'default';
    if (signing?.scope !== undefined) {
      await writeFile(claims, JSON.stringify({ scope: signing.scope, keyid: keyId }));
    }
    await runOpa(
      [
        'build',
        ...['--bundle', '.'],
        ...['--output', join(folder, 'bundle.tar.gz')],
        ...(entrypoints.length === 0 ? [] : ['--target', 'wasm']),
        ...entrypoints.flatMap((entrypoint) => ['--entrypoint', entrypoint]),
        ...(revision === undefined ? [] : ['--revision', revision]),
        ...(signing === undefined
          ? []
          : [
              ...['--signing-key', signing.key.privateFile],
              ...['--signing-alg', signing.key.algorithm],
              ...['--verification-key-id', keyId],
              ...(signing.scope === undefined ? [] : ['--claims-file', claims]),
            ]),
      ],
      source,
    );
    return await readFile(join(folder, 'bundle.tar.gz'));
  });
}

/** What `opa sign` says of these files: the content of `.signatures.json`. */
export async function signFiles(
  files: Readonly<Record<string, string | Buffer>>,
  { key, claims }: { key: SigningKey; claims?: object },
): Promise<Buffer> {
  return await inFolder(async (folder) => {
    const source = join(folder, 'source');
    await writeFiles(source, files);
    const claimsFile = join(folder, 'claims.json');
    if (claims !== undefined) await writeFile(claimsFile, JSON.stringify(claims));
    await runOpa(
      [
        'sign',
        ...['--bundle', '.'],
        ...['--output-file-path', folder],
        ...['--signing-key', key.privateFile],
        ...['--signing-alg', key.algorithm],
        ...(claims === undefined ? [] : ['--claims-file', claimsFile]),
      ],
      source,
    );
    return await readFile(join(folder, '.signatures.json'));
  });
}

/** What OPA itself says of a bundle: undefined when it takes it, otherwise why not. */
export async function refusalOfOpa(
  bundle: Buffer,
  { key, scope, keyId = 'default' }: { key: SigningKey; scope?: string; keyId?: string },
): Promise<string | undefined> {
  return await inFolder(async (folder) => {
    const file = join(folder, 'bundle.tar.gz');
    await writeFile(file, bundle);
    // `opa build` of a bundle verifies it first.
    return await runOpa(
      [
        'build',
        ...['--bundle', file],
        ...['--output', join(folder, 'again.tar.gz')],
        ...['--verification-key', key.publicFile],
        ...['--verification-key-id', keyId],
        ...['--signing-alg', key.algorithm],
        ...(scope === undefined ? [] : ['--scope', scope]),
      ],
      folder,
    ).then(
      () => undefined,
      (error) => String(error.stdout || error.message),
    );
  });
}

/** A key pair, or a shared secret, in files of a folder. */
export async function createSigningKey(
  folder: string,
  algorithm: Algorithm,
  name: string = algorithm,
): Promise<SigningKey> {
  const privateFile = join(folder, `${name}.key`);
  if (algorithm.startsWith('HS')) {
    await writeFile(privateFile, randomBytes(48).toString('base64'));
    return { algorithm, privateFile, publicFile: privateFile };
  }
  const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
  const namedCurve = curves[algorithm];
  const { privateKey, publicKey } =
    namedCurve === undefined
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve });
  const publicFile = join(folder, `${name}.pem`);
  await writeFile(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
  return { algorithm, privateFile, publicFile };
}

/** The files of an honest bundle, in their order, with their names as they stand in the archive. */
export function filesOf(bundle: Buffer): Map<string, Buffer> {
  const archive = gunzipSync(bundle);
  const files = new Map<string, Buffer>();
  for (let at = 0; archive[at] !== 0; ) {
    const name = archive.toString('utf8', at, archive.indexOf(0, at));
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8);
    files.set(name, Buffer.from(archive.subarray(at + 512, at + 512 + size)));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** The same bundle with files changed (`undefined` takes one out), added, or other entries behind them. */
export function repack(
  bundle: Buffer,
  changes: Readonly<Record<string, Buffer | string | undefined>>,
  entries: readonly TarEntry[] = [],
): Buffer {
  const files = new Map<string, Buffer | string | undefined>([
    ...filesOf(bundle),
    ...Object.entries(changes),
  ]);
  const kept = [...files].flatMap(([name, content]) => (content === undefined ? [] : [{ name, content }]));
  return writeTarGzip([...kept, ...entries]);
}

async function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const findOpa = once<void, Promise<string>>(ensureOpa);

/** In the folder of the sources, so that the names in the bundle begin there. */
async function runOpa(args: readonly string[], cwd: string): Promise<void> {
  await run(await findOpa(), args, { cwd, timeout: 120_000 });
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
