// The policy that explain asks: the one of the configuration, or of a bundle or repository that is named.
import { type CatalogData, readCatalogData } from '../../catalog/index.ts';
import type { Config } from '../../config/index.ts';
import { catalogDataOf, type Policy, trackFolder } from '../../policy/index.ts';
import { CommandError, type Invocation, type OptionSpec } from '../command.ts';
import { prepareOpa } from '../policy/opa/opa.ts';
import { openPolicy } from '../policy/replay/open-policy.ts';
import { tryBundles } from '../policy/try-bundles.ts';

export const policyOption: Readonly<Record<'policy', OptionSpec>> = {
  policy: {
    type: 'string',
    value: 'BUNDLE|DIR',
    help: 'With --as: a bundle or a policy repository in the place of the bundles that the configuration names.',
  },
};

export type DecidingPolicy = Readonly<{
  policy: Policy;
  /** Labels and vouched functions that come with it. */
  data: CatalogData;
}>;

export async function openDecidingPolicy(
  invocation: Invocation,
  config: Config,
  resource: string,
): Promise<DecidingPolicy> {
  const path = invocation.text('policy');
  if (path === undefined) return await ofConfiguration(config, resource);
  const { policy, data } = await openPolicy(await prepareOpa(invocation), path);
  return { policy, data: readCatalogData(data.catalog, resource) };
}

/** As a gateway with this configuration has them now, a pin included. */
async function ofConfiguration(
  { policy: { bundles, evaluation }, data_dir: dataDir }: Config,
  resource: string,
): Promise<DecidingPolicy> {
  if (bundles.length === 0) {
    throw new CommandError('the configuration names no bundle that could decide', {
      hint: 'Name a bundle or a policy repository with --policy.',
    });
  }
  const { taken, statuses } = await tryBundles(bundles, evaluation, trackFolder(dataDir, 'stable'));
  if (taken !== undefined) {
    const data = readCatalogData(catalogDataOf(taken.bundles), resource);
    return { policy: taken.policy, data };
  }
  const problems = statuses.flatMap(({ name, message }) =>
    message === undefined ? [] : [`${name}: ${message}`],
  );
  throw new CommandError(`the bundles of the configuration cannot be used\n${problems.join('\n')}`);
}
