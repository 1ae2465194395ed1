// Checks the bundles of the policy as the gateway would take them: fetched, verified, compiled and tried.
import type { BundleConfig, Config } from '../../config/index.ts';
import type { VerifiedBundle } from '../../policy/index.ts';
import { tryBundles } from '../policy/try-bundles.ts';
import { bad, type Finding, good, warning } from './finding.ts';

/** What comes from other machines is only looked at `online`. */
export async function checkPolicy({ policy }: Config, { online }: { online: boolean }): Promise<Finding[]> {
  const { open, bundles, canary, shadow, evaluation } = policy;
  if (open) {
    const fix = 'Start a policy with `portcullis policy init`, and name its bundle under policy.bundles.';
    return [warning('policy.open', 'every statement is allowed, and nothing decides', fix)];
  }
  const sets: readonly (readonly [about: string, bundles: readonly BundleConfig[]])[] = [
    ['policy.bundles', bundles],
    ...(canary === undefined ? [] : [['policy.canary.bundles', replaced(bundles, canary.bundles)] as const]),
    ...(shadow === undefined ? [] : [['policy.shadow.bundles', replaced(bundles, shadow.bundles)] as const]),
  ];
  const findings: Finding[] = [];
  for (const [about, set] of sets) {
    const isLocal = set.every(({ url }) => url.startsWith('file:'));
    if (isLocal || online) findings.push(...(await checkSet(about, set, evaluation)));
    else findings.push(good(about, 'fetched from a server, which is only asked with --online'));
  }
  return findings;
}

const replaced = (stable: readonly BundleConfig[], others: readonly BundleConfig[]): BundleConfig[] =>
  stable.map((bundle) => others.find(({ name }) => name === bundle.name) ?? bundle);

async function checkSet(
  about: string,
  bundles: readonly BundleConfig[],
  evaluation: Config['policy']['evaluation'],
): Promise<Finding[]> {
  const { taken, statuses } = await tryBundles(bundles, evaluation);
  return statuses.map(({ name, message }) => {
    const found = taken?.bundles.find((bundle) => bundle.name === name);
    const which = `${about}.${name}`;
    return found === undefined
      ? bad(which, message ?? 'it could not be fetched in time')
      : good(which, described(found));
  });
}

function described({ revision, signedBy, entrypoints }: VerifiedBundle): string {
  const version = revision === '' ? 'without a revision' : `revision ${revision}`;
  const signature = signedBy === undefined ? 'not signed' : 'signature verified';
  return `${version}, ${signature}, ${entrypoints.length === 0 ? 'data alone' : `answers ${entrypoints.join(', ')}`}`;
}
