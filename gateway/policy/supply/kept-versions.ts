// Versions on their way to and from the disk: what comes from there is verified as if it had just been downloaded.
import { createHash } from 'node:crypto';
import { BundleRefused } from '../bundle/bundle-refused.ts';
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';
import type { BundleStore } from '../store/bundle-store.ts';
import type { Candidate } from './candidate.ts';

export type KeptVersionsOptions = Readonly<{
  store: BundleStore;
  /** The configured URL: the server's tags are good for it alone. */
  url: string;
  open(bytes: Buffer): Promise<VerifiedBundle>;
}>;

export class KeptVersions {
  readonly #options: KeptVersionsOptions;
  readonly #urlDigest: string;

  constructor(options: KeptVersionsOptions) {
    this.#options = options;
    this.#urlDigest = sha256(options.url);
  }

  /** What was active last; undefined when nothing ever was. */
  async latest(): Promise<Candidate | undefined> {
    await this.#options.store.prepare();
    const record = await this.#options.store.latest();
    return record === undefined ? undefined : await this.load(record.digest);
  }

  async load(digest: string): Promise<Candidate> {
    const { store, open } = this.#options;
    const bundle = await open(await store.bytes(digest));
    if (bundle.digest !== digest) {
      throw new BundleRefused(
        'digest_mismatch',
        'the version is not the one that was kept; remove it from the folder',
        {
          bundle: bundle.name,
        },
      );
    }
    const record = await store.record(digest);
    const etag = record?.urlDigest === this.#urlDigest ? record.etag : undefined;
    return { bundle, bytes: undefined, etag, from: 'disk', currentAt: record?.downloadedAt ?? 0 };
  }

  /** Rolling back to a version (`pinned`) says nothing new of it, and doesn't make it the one to begin with. */
  async keep(candidate: Candidate, activatedAt: number, { pinned }: { pinned: boolean }): Promise<void> {
    const { bundle, bytes, etag, currentAt } = candidate;
    if (pinned) return;
    const { digest, revision } = bundle;
    const record = {
      ...{ digest, revision, bytes: bundle.bytes, etag },
      ...{ urlDigest: this.#urlDigest, downloadedAt: currentAt, activatedAt },
    };
    await this.#options.store.keep(record, bytes, { latest: true });
    candidate.bytes = undefined;
  }
}

export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
