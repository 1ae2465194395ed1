// Versions for tests of the store, which doesn't look into bundles.
import { createHash } from 'node:crypto';
import type { BundleStore } from '../../../gateway/policy/store/bundle-store.ts';

export const versionDigest = (at: number): string => createHash('sha256').update(String(at)).digest('hex');

export async function keepVersion(store: BundleStore, at: number, revision = `r${at}`): Promise<void> {
  const record = {
    ...{ digest: versionDigest(at), revision, bytes: 10, etag: `"${at}"` },
    ...{ urlDigest: 'u', downloadedAt: at * 1000, activatedAt: at * 1000 },
  };
  await store.keep(record, Buffer.from(`bytes of ${at}`), { latest: true });
}
