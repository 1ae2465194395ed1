// The labels that columns have by data: of a file that is named, or of the bundles that the configuration names.

import { type CatalogData, noCatalogData, readCatalogData } from '../../catalog/index.ts';
import type { Config } from '../../config/index.ts';
import { catalogDataOf, trackFolder } from '../../policy/index.ts';
import { readCatalogDataOption } from '../catalog-data.ts';
import type { Invocation } from '../command.ts';
import { tryBundles } from '../policy/try-bundles.ts';

/** Without them a column would be proposed again that the policy labels: who can't be asked is told about. */
export async function labelsInUse(
  invocation: Invocation,
  { policy: { bundles, evaluation }, data_dir: dataDir }: Config,
  resource: string,
): Promise<CatalogData> {
  if (invocation.text('data') !== undefined) return readCatalogDataOption(invocation, resource);
  if (bundles.length === 0) return noCatalogData;
  const { taken, statuses } = await tryBundles(bundles, evaluation, trackFolder(dataDir, 'stable'));
  if (taken !== undefined) return readCatalogData(catalogDataOf(taken.bundles), resource);
  const why = statuses.flatMap(({ name, message }) => (message === undefined ? [] : [`${name}: ${message}`]));
  invocation.terminal.stderr.write(
    `! the bundles of the configuration cannot be used, so columns that they label are proposed again: ${why.join('; ')}\n`,
  );
  return noCatalogData;
}
