// The policy of one process: its tracks, and what they say of databases, handed to every resource.
import { type CatalogData, CatalogDataError, noCatalogData, readCatalogData } from '../catalog/index.ts';
import type { Config } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import { BundleRefused, BundleSupply, Policy, PolicyTracks, type VerifiedBundle } from '../policy/index.ts';

export type PoliciesOptions = Readonly<{
  log: Log;
  clock: Clock;
  version: string;
  /** The data for databases are others now. */
  onData: () => void;
}>;

export class Policies {
  readonly #options: PoliciesOptions;
  #tracks: PolicyTracks | undefined;
  #stopListening: () => void = () => {};
  #data = '';

  constructor(options: PoliciesOptions) {
    this.#options = options;
  }

  /** Undefined: the configuration lets everything pass. */
  get tracks(): PolicyTracks | undefined {
    return this.#tracks;
  }

  async use({ policy, data_dir: dataDir }: Config): Promise<void> {
    if (policy.open) {
      await this.close();
    } else if (this.#tracks === undefined) {
      const { log, clock, version } = this.#options;
      const deps = { dataDir, log, clock, version, supply: BundleSupply.start, stage };
      const tracks = await PolicyTracks.start(policy, deps);
      this.#tracks = tracks;
      this.#stopListening = tracks.onChange(() => this.#changed());
    } else {
      await this.#tracks.reload(policy);
    }
    this.#changed();
  }

  /** Another one whenever there are other labels, or other functions that are vouched for. */
  get dataVersion(): string {
    return this.#data;
  }

  /** Labels and vouched functions for the database of one resource. */
  dataFor(resource: string): CatalogData {
    const tracks = this.#tracks;
    return tracks === undefined ? noCatalogData : readCatalogData(tracks.catalogData(), resource);
  }

  async close(): Promise<void> {
    const tracks = this.#tracks;
    this.#tracks = undefined;
    this.#stopListening();
    await tracks?.close();
  }

  /** Rules change more often than labels, and a catalog that is read anew keeps statements waiting. */
  #changed(): void {
    const data = JSON.stringify(this.#tracks?.catalogData() ?? {});
    if (data === this.#data) return;
    this.#data = data;
    this.#options.onData();
  }
}

type Stage = Parameters<typeof PolicyTracks.start>[1]['stage'];

/** A bundle whose labels can't be read is refused as one whose rules can't. */
const stage: Stage = (bundles, options) => {
  for (const bundle of bundles) checkData(bundle);
  return Policy.stage(bundles, options);
};

function checkData({ name, data }: VerifiedBundle): void {
  if (data.catalog === undefined) return;
  try {
    readCatalogData(data.catalog);
  } catch (error) {
    if (!(error instanceof CatalogDataError)) throw error;
    throw new BundleRefused('data_invalid', `data.catalog of the bundle "${name}": ${error.message}`);
  }
}
