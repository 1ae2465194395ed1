// What an operator does with the kept versions of a bundle: list them, pin one, and let the newest in again.
import { type Clock, systemClock } from '../../lib/index.ts';
import { BundleRefused } from '../bundle/bundle-refused.ts';
import { BundleStore } from './bundle-store.ts';
import type { Pin } from './version-record.ts';

export type StoredVersion = Readonly<{
  digest: string;
  revision: string;
  bytes: number;
  /** ISO 8601. */
  downloadedAt: string;
  activatedAt: string;
  /** The one that a gateway begins with when nothing is pinned. */
  latest: boolean;
  pinned: boolean;
}>;

export type PinRequest = Readonly<{
  /** A revision, a digest or the beginning of one, or `previous`: the version that was active before the latest. */
  version: string;
  by: string;
}>;

const DIGEST_BEGINNING = 8;

/** Newest first. `folder` is the one that the supply keeps its versions in, `name` the bundle's. */
export async function listVersions(folder: string, name: string): Promise<readonly StoredVersion[]> {
  const store = new BundleStore(folder, name);
  const [versions, latest, pin] = await Promise.all([store.versions(), store.latest(), store.pin()]);
  return versions.map(({ digest, revision, bytes, downloadedAt, activatedAt }) => ({
    digest,
    revision,
    bytes,
    downloadedAt: new Date(downloadedAt).toISOString(),
    activatedAt: new Date(activatedAt).toISOString(),
    latest: digest === latest?.digest,
    pinned: typeof pin === 'object' && digest === pin.digest,
  }));
}

/** Running gateways notice the pin within a second. Throws BundleRefused when no one version is meant. */
export async function pinVersion(
  folder: string,
  name: string,
  { version, by }: PinRequest,
  clock: Clock = systemClock,
): Promise<Pin> {
  const { digest, revision } = choose(await listVersions(folder, name), version, name);
  const pin: Pin = { digest, revision, since: new Date(clock.now()).toISOString(), by };
  await new BundleStore(folder, name).setPin(pin);
  return pin;
}

/** False when nothing was pinned. */
export async function unpin(folder: string, name: string): Promise<boolean> {
  return await new BundleStore(folder, name).removePin();
}

function choose(versions: readonly StoredVersion[], version: string, name: string): StoredVersion {
  const meant =
    version === 'previous'
      ? versions.slice(1, 2)
      : versions.filter(
          ({ revision, digest }) =>
            revision === version || (version.length >= DIGEST_BEGINNING && digest.startsWith(version)),
        );
  const [found, another] = meant;
  if (found === undefined) {
    const known = versions
      .map(({ revision, digest }) => revision || digest.slice(0, DIGEST_BEGINNING))
      .join(', ');
    throw new BundleRefused(
      'version_unknown',
      versions.length === 0
        ? `no version of the bundle "${name}" is kept here; see that data_dir is the gateway's`
        : `no kept version of the bundle "${name}" is meant; name one of ${known}`,
      { bundle: name },
    );
  }
  if (another !== undefined) {
    throw new BundleRefused(
      'version_ambiguous',
      `several kept versions of the bundle "${name}" are meant; name one by the beginning of its digest: ${meant.map(({ digest }) => digest.slice(0, 12)).join(', ')}`,
      { bundle: name },
    );
  }
  return found;
}
