// The certificate of the admin side: read from its files, and read again when they change.
import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { AdminConfig } from '../config/index.ts';

type Files = NonNullable<AdminConfig['tls']>;
export type Certificate = Readonly<{ cert: Buffer; key: Buffer }>;

/** Both files are written one after the other. */
const SETTLE_MS = 100;

/** Throws when the files can't be read or don't fit together. */
export async function readCertificate(files: Files): Promise<Certificate> {
  const [cert, key] = await Promise.all([readFile(files.cert), readFile(files.key)]);
  createSecureContext({ cert, key });
  return { cert, key };
}

/** Returns how to stop. What can't be used is told, and the one before stays in use. */
export function watchCertificate(
  files: Files,
  { use, failed }: { use: (certificate: Certificate) => void; failed: (error: unknown) => void },
): () => void {
  let settling: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => readCertificate(files).then(use).catch(failed), SETTLE_MS);
  };
  const folders = new Set([dirname(files.cert), dirname(files.key)]);
  const watchers: FSWatcher[] = Array.from(folders, (folder) =>
    watch(folder, { persistent: false }, changed),
  );
  return () => {
    clearTimeout(settling);
    for (const watcher of watchers) watcher.close();
  };
}
