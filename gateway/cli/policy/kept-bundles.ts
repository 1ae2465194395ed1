// The bundles of a configuration, and where the gateway that reads it keeps their versions.
import type { BundleConfig, Config } from '../../config/index.ts';
import { listVersions, type StoredVersion, trackFolder } from '../../policy/index.ts';
import { CommandError, type OptionSpec, UsageError } from '../command.ts';
import { formatTable } from '../sql/table.ts';

export const tracks = ['stable', 'canary', 'shadow'] as const;
export type TrackName = (typeof tracks)[number];

export const trackOption: Readonly<Record<'track', OptionSpec>> = {
  track: { type: 'string', value: 'NAME', help: 'stable, canary or shadow. Default: stable.' },
};

export type KeptBundle = Readonly<{ track: TrackName; folder: string; name: string }>;

/** As each track has them: a canary's are those of the stable one, with some in their place. */
export function keptBundles({ data_dir: dataDir, policy }: Config): KeptBundle[] {
  const named = (bundles: readonly BundleConfig[], track: TrackName) =>
    bundles.map(({ name }) => ({ track, folder: trackFolder(dataDir, track), name }));
  return [
    ...named(policy.bundles, 'stable'),
    ...(policy.canary === undefined ? [] : named(policy.bundles, 'canary')),
    ...(policy.shadow === undefined ? [] : named(policy.bundles, 'shadow')),
  ];
}

export function parseTrack(text: string | undefined): TrackName {
  const track = tracks.find((name) => name === (text ?? 'stable'));
  if (track !== undefined) return track;
  throw new UsageError(`option --track is one of ${tracks.join(', ')}, not "${text}"`);
}

/** The one that is named, or the only one. */
export function chooseBundle(config: Config, track: TrackName, name: string | undefined): KeptBundle {
  const bundles = keptBundles(config).filter((bundle) => bundle.track === track);
  const [first, another] = bundles;
  const names = bundles.map((bundle) => bundle.name).join(', ');
  if (first === undefined)
    throw new CommandError(`the configuration names no bundles for the ${track} policy`);
  if (name === undefined) {
    if (another === undefined) return first;
    throw new UsageError('option --bundle NAME is missing', `The configuration has ${names}.`);
  }
  const found = bundles.find((bundle) => bundle.name === name);
  if (found !== undefined) return found;
  throw new CommandError(`the configuration has no bundle "${name}"`, { hint: `It has ${names}.` });
}

export type KeptVersions = KeptBundle & Readonly<{ versions: readonly StoredVersion[] }>;

export async function readVersions(bundles: readonly KeptBundle[]): Promise<KeptVersions[]> {
  return Promise.all(
    bundles.map(async (bundle) => ({ ...bundle, versions: await listVersions(bundle.folder, bundle.name) })),
  );
}

/** Newest first. The pinned version decides; without a pin, the latest does. */
export function versionTable(bundles: readonly KeptVersions[]): string {
  const columns = ['track', 'bundle', 'revision', 'digest', 'activated', 'standing'];
  return formatTable(
    columns.map((name) => ({ name, typeOid: 25 })),
    bundles.flatMap(({ track, name, versions }) =>
      versions.map(({ revision, digest, activatedAt, latest, pinned }) => [
        track,
        name,
        revision,
        digest.slice(0, 12),
        activatedAt.replace('T', ' ').slice(0, 19),
        [pinned ? 'pinned' : '', latest ? 'latest' : ''].filter(Boolean).join(', '),
      ]),
    ),
  );
}
