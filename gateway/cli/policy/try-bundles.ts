// Takes the bundles of a configuration as the gateway would, in a folder of its own: nothing of a gateway's is written.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CatalogDataError, readCatalogData } from '../../catalog/index.ts';
import type { BundleConfig, EvaluationConfig } from '../../config/index.ts';
import { silentLog, systemClock } from '../../lib/index.ts';
import {
  BundleRefused,
  type BundleStatus,
  BundleSupply,
  catalogDataOf,
  Policy,
  type VerifiedBundle,
} from '../../policy/index.ts';

export type TriedBundles = Readonly<{
  /** Undefined where they can't decide; the statuses say why. */
  taken: Readonly<{ policy: Policy; bundles: readonly VerifiedBundle[] }> | undefined;
  statuses: readonly BundleStatus[];
}>;

/** `kept`: the folder in which a gateway keeps versions, whose pin and latest version count. */
export async function tryBundles(
  bundles: readonly BundleConfig[],
  { steps, memory_bytes: memoryBytes }: EvaluationConfig,
  kept?: string,
): Promise<TriedBundles> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bundles-'));
  let taken: TriedBundles['taken'];
  const stage = async (verified: readonly VerifiedBundle[]): Promise<void> => {
    checkData(verified);
    const policy = await Policy.stage(verified, { steps, memoryBytes, log: silentLog, clock: systemClock });
    taken = { policy, bundles: verified };
  };
  try {
    if (kept !== undefined) await copyKept(kept, folder);
    const supply = await BundleSupply.start({ bundles, folder, stage, log: silentLog, clock: systemClock });
    const statuses = supply.status();
    await supply.close();
    return { taken, statuses };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkData(bundles: readonly VerifiedBundle[]): void {
  try {
    readCatalogData(catalogDataOf(bundles));
  } catch (error) {
    if (!(error instanceof CatalogDataError)) throw error;
    throw new BundleRefused('data_invalid', `data.catalog: ${error.message}`);
  }
}

async function copyKept(kept: string, folder: string): Promise<void> {
  await cp(kept, folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    // A gateway has never run here, or keeps them from whoever asks: then the source alone counts.
    if (error.code !== 'ENOENT' && error.code !== 'EACCES') throw error;
  });
}
