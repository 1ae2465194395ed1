// What TLS needs of files: whom to believe, and who we are. Read at each use, so that a renewed file counts at once.
import { readFile } from 'node:fs/promises';
import { systemAuthorities } from './authorities.ts';

export type TlsFiles = Readonly<{
  /** Authorities, in the place of the system's. */
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}>;

export type TlsParts = Readonly<{
  ca: Buffer | string[];
  cert: Buffer | undefined;
  key: Buffer | undefined;
}>;

export async function readTlsFiles({ ca, cert, key }: TlsFiles): Promise<TlsParts> {
  const read = async (file: string | undefined) => (file === undefined ? undefined : await readFile(file));
  return { ca: (await read(ca)) ?? systemAuthorities(), cert: await read(cert), key: await read(key) };
}
