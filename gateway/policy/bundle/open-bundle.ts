// The bytes of a bundle, verified: unpacked within limits, its signature checked over every file, its content within its roots.
import { createHash } from 'node:crypto';
import type { SigningConfig } from '../../config/index.ts';
import { BundleRefused } from './bundle-refused.ts';
import type { CanonicalJson } from './canonical-json.ts';
import { hashFile } from './file-hash.ts';
import { baseName, quotePath } from './file-path.ts';
import { type Manifest, noManifest, readManifest } from './manifest.ts';
import { isDataFile, mergeData } from './merge-data.ts';
import { readTar } from './read-tar.ts';
import { type Signature, type SignedFile, signaturesPath, verifySignature } from './signature.ts';
import { isHashedAsData, readStructured } from './structured-file.ts';
import { unpackGzip } from './unpack-gzip.ts';
import type { VerifiedBundle } from './verified-bundle.ts';
import { findModule } from './wasm-module.ts';

export type OpenOptions = Readonly<{
  name: string;
  /** How its signature is checked; `unsigned` has to be said, so that nobody leaves it out by mistake. */
  signing: SigningConfig | 'unsigned';
  limits: Readonly<{ bytes: number; unpackedBytes: number }>;
}>;

/** Throws nothing but BundleRefused, which names the bundle. */
export async function openBundle(bytes: Buffer, options: OpenOptions): Promise<VerifiedBundle> {
  try {
    return await open(bytes, options);
  } catch (thrown) {
    if (thrown instanceof BundleRefused) {
      throw new BundleRefused(thrown.code, thrown.message, { bundle: options.name, cause: thrown.cause });
    }
    throw new BundleRefused(
      'unforeseen',
      'it cannot be read for a reason that nobody foresaw; the log has it',
      {
        bundle: options.name,
        cause: thrown,
      },
    );
  }
}

async function open(bytes: Buffer, { name, signing, limits }: OpenOptions): Promise<VerifiedBundle> {
  if (bytes.length === 0) {
    throw new BundleRefused('empty', 'the file is empty; see that the bundle was published whole');
  }
  if (bytes.length > limits.bytes) throw tooLarge(limits.bytes);
  const files = readTar(await unpackGzip(bytes, limits.unpackedBytes));
  refuseWhatIsNotRead(files);
  const signature = await checkSignature(files, signing);
  files.delete(signaturesPath);
  const structured = readAllStructured(files);
  if (signature !== undefined) checkFiles(files, structured, signature.files);

  const manifest = manifestOf(structured);
  const dataFiles = new Map([...structured].filter(([path]) => isDataFile(path)));
  const data = mergeData(dataFiles, manifest.roots);
  const wasm = findModule(files, manifest);
  if (wasm === undefined && Object.keys(data).length === 0) {
    throw new BundleRefused('nothing_in_it', 'it has neither rules nor data; see what `opa build` was given');
  }
  return {
    name,
    revision: manifest.revision,
    digest: createHash('sha256').update(bytes).digest('hex'),
    roots: manifest.roots,
    wasm,
    entrypoints: manifest.resolvers.map(({ entrypoint }) => entrypoint),
    data,
    metadata: manifest.metadata,
    signedBy: signature === undefined ? undefined : (signature.keyId ?? 'default'),
    bytes: bytes.length,
  };
}

function tooLarge(limit: number): BundleRefused {
  return new BundleRefused(
    'too_large',
    `it is larger than ${limit} bytes; make it smaller, or raise max_bytes`,
  );
}

/** What OPA would read and this gateway does not must not go unseen. */
function refuseWhatIsNotRead(files: ReadonlyMap<string, Buffer>): void {
  for (const path of files.keys()) {
    const base = baseName(path);
    if (base === 'patch.json') {
      throw new BundleRefused(
        'delta_bundle',
        'it is a delta bundle, which changes another one; have the server send whole bundles',
      );
    }
    if (path.endsWith('.manifest.pb')) {
      throw new BundleRefused(
        'manifest_protobuf',
        'its manifest is in protobuf; build it with a manifest in JSON, which is the default of `opa build`',
      );
    }
    const misplaced =
      (path.endsWith('.manifest') && path !== '.manifest') ||
      (path.endsWith('signatures.json') && path !== signaturesPath);
    if (misplaced) {
      throw new BundleRefused(
        'path_refused',
        `${quotePath(path)} is not at the top of the bundle, where .manifest and ${signaturesPath} belong; build it with \`opa build\``,
      );
    }
  }
}

async function checkSignature(
  files: ReadonlyMap<string, Buffer>,
  signing: SigningConfig | 'unsigned',
): Promise<Signature | undefined> {
  const content = files.get(signaturesPath);
  if (signing === 'unsigned') {
    if (content === undefined) return undefined;
    throw new BundleRefused(
      'signature_unexpected',
      'it is signed, and the configuration says unsigned: true; name its key under signing instead',
    );
  }
  if (content === undefined) {
    throw new BundleRefused(
      'signature_missing',
      'it is not signed; sign it with `opa build --signing-key`, or with `opa sign`',
    );
  }
  return await verifySignature(content, signing);
}

function readAllStructured(files: ReadonlyMap<string, Buffer>): Map<string, CanonicalJson> {
  return new Map(
    [...files]
      .filter(([path]) => isHashedAsData(path) || isDataFile(path))
      .map(([path, content]) => [path, readStructured(path, content)]),
  );
}

/** Every file is signed, and every signed file is there. */
function checkFiles(
  files: ReadonlyMap<string, Buffer>,
  structured: ReadonlyMap<string, CanonicalJson>,
  signed: ReadonlyMap<string, SignedFile>,
): void {
  for (const [path, content] of files) {
    const expected = signed.get(path);
    if (expected === undefined) {
      throw new BundleRefused(
        'file_not_signed',
        `${quotePath(path)} was added after the bundle was signed; sign it again, or take the file out`,
      );
    }
    const hashed = isHashedAsData(path) ? (structured.get(path)?.canonical ?? content) : content;
    if (hashFile(hashed, expected.algorithm, path) !== expected.hash) {
      throw new BundleRefused(
        'digest_mismatch',
        `${quotePath(path)} is not what was signed; fetch the bundle from whoever signed it, or sign it again`,
      );
    }
  }
  for (const path of signed.keys()) {
    if (files.has(path)) continue;
    throw new BundleRefused(
      'file_missing',
      `${quotePath(path)} was signed and is not in the bundle; publish the whole bundle`,
    );
  }
}

function manifestOf(structured: ReadonlyMap<string, CanonicalJson>): Manifest {
  const found = structured.get('.manifest');
  return found === undefined ? noManifest : readManifest(found.value);
}
