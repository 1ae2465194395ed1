// What the store knows of a version beside its bytes, and of the pin: small JSON files, read with care since people edit them.
import { readFile, stat } from 'node:fs/promises';

export type VersionRecord = Readonly<{
  digest: string;
  revision: string;
  /** Size of the file. */
  bytes: number;
  /** The server's tag, good for the URL with this SHA-256 alone. */
  etag: string | undefined;
  urlDigest: string;
  /** Milliseconds since the epoch. */
  downloadedAt: number;
  activatedAt: number;
}>;

export type Pin = Readonly<{
  digest: string;
  revision: string;
  /** ISO 8601. */
  since: string;
  /** Who pinned it, for people. */
  by: string;
}>;

const digestPattern = /^[0-9a-f]{64}$/;

export async function readRecord(path: string): Promise<VersionRecord | undefined> {
  const { digest, revision, bytes, etag, urlDigest, downloadedAt, activatedAt } =
    (await readObject(path)) ?? {};
  if (typeof digest !== 'string' || !digestPattern.test(digest) || typeof revision !== 'string')
    return undefined;
  if (typeof bytes !== 'number' || typeof downloadedAt !== 'number' || typeof activatedAt !== 'number')
    return undefined;
  if (typeof urlDigest !== 'string') return undefined;
  const tag = typeof etag === 'string' ? etag : undefined;
  return { digest, revision, bytes, etag: tag, urlDigest, downloadedAt, activatedAt };
}

/** The digest in a file that points to one version. */
export async function readPointer(path: string): Promise<string | undefined> {
  const { digest } = (await readObject(path)) ?? {};
  return typeof digest === 'string' && digestPattern.test(digest) ? digest : undefined;
}

/** `unusable` is a pin that is there and names no version: nothing new may be activated beside it. */
export async function readPin(path: string): Promise<Pin | 'unusable' | undefined> {
  const pin = await readObject(path);
  if (pin === undefined) return (await isAbsent(path)) ? undefined : 'unusable';
  const { digest, revision = '', since = '', by = '' } = pin;
  if (typeof digest !== 'string' || !digestPattern.test(digest)) return 'unusable';
  return { digest, revision: String(revision), since: String(since), by: String(by) };
}

async function isAbsent(path: string): Promise<boolean> {
  return await stat(path).then(
    () => false,
    ({ code }: NodeJS.ErrnoException) => code === 'ENOENT' || code === 'ENOTDIR',
  );
}

/** Undefined when it isn't there or holds no JSON object. */
async function readObject(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
