// What a schema cannot say about `policy`: that something decides, and that nobody else can write what does.
import { isLoopbackHost } from '../../lib/index.ts';
import type { BundleConfig, Config, PolicyConfig } from '../config.types.ts';
import type { Path, Problem } from '../problem.ts';
import { checkHttps, parsedUrl } from './addresses.ts';
import { checkCertificatePair } from './certificate-pair.ts';
import { checkRepeated } from './repeated.ts';

export function checkPolicy({ policy, resources }: Config): Problem[] {
  const { bundles, canary, shadow, decision_log: decisionLog, status } = policy;
  const path: Path = ['policy'];
  return [
    ...checkDeciding(policy),
    ...checkSet(bundles, [...path, 'bundles']),
    ...checkReplacing(canary?.bundles ?? [], bundles, [...path, 'canary', 'bundles']),
    ...checkReplacing(shadow?.bundles ?? [], bundles, [...path, 'shadow', 'bundles']),
    ...checkService(decisionLog, [...path, 'decision_log']),
    ...checkService(status, [...path, 'status']),
    ...(bundles.length === 0
      ? []
      : resources.flatMap(({ credentials }, at) => checkResolver(credentials, at))),
    ...(canary !== undefined && canary.percent === 0 && canary.groups.length + canary.principals.length === 0
      ? [
          {
            path: [...path, 'canary'],
            wrong: 'nobody would be in it',
            right: 'set percent, groups or principals',
          },
        ]
      : []),
  ];
}

/** Rules ask what a statement touches, which the database alone can say. */
function checkResolver(credentials: Config['resources'][number]['credentials'], at: number): Problem[] {
  if (credentials.resolver !== undefined) return [];
  return [
    {
      path: ['resources', at, 'credentials', 'resolver'],
      wrong: 'is missing, and policies decide by what only it can find out',
      right: 'check-config --online prints the SQL that makes its role',
    },
  ];
}

function checkDeciding({ open, bundles, canary, shadow }: PolicyConfig): Problem[] {
  if (!open && bundles.length === 0) {
    return [
      {
        path: ['policy'],
        wrong: 'no bundle decides, and every statement would be denied',
        right: 'name one under bundles, or set open: true to try the gateway without rules',
      },
    ];
  }
  if (open && (bundles.length > 0 || canary !== undefined || shadow !== undefined)) {
    return [
      {
        path: ['policy', 'open'],
        wrong: 'is set beside bundles, which would decide nothing',
        right: 'remove it',
      },
    ];
  }
  return [];
}

/** A canary or shadow bundle stands in the place of one that is there. */
function checkReplacing(
  bundles: readonly BundleConfig[],
  stable: readonly BundleConfig[],
  path: Path,
): Problem[] {
  const names = stable.map(({ name }) => name);
  const strays = bundles.flatMap(({ name }, at) =>
    names.includes(name)
      ? []
      : [
          {
            path: [...path, at, 'name'],
            wrong: `no bundle under policy.bundles is called "${name}"`,
            right: `name the one that it replaces: ${names.join(', ')}`,
          },
        ],
  );
  return [...strays, ...checkSet(bundles, path)];
}

function checkSet(bundles: readonly BundleConfig[], path: Path): Problem[] {
  return [
    ...checkRepeated(bundles, 'name', path, 'give each bundle a name of its own'),
    ...bundles.flatMap((bundle, at) => checkBundle(bundle, [...path, at])),
  ];
}

function checkBundle(bundle: BundleConfig, path: Path): Problem[] {
  const { url: text, signing, unsigned, poll } = bundle;
  const problems: Problem[] = checkCertificatePair(bundle, path);
  const refuse = (where: string, wrong: string, right: string): void => {
    problems.push({ path: [...path, where], wrong, right });
  };
  const url = parsedUrl(text);
  if (url === undefined || !['https:', 'http:', 'file:'].includes(url.protocol))
    refuse('url', 'is neither an https URL nor a file', 'write https://…, file:///… or a path');
  else if (url.protocol === 'http:' && unsigned && !isLoopbackHost(url.hostname))
    refuse('url', 'is plain http, and the bundle is unsigned', 'use https, or sign the bundle');
  if (signing === undefined && !unsigned)
    refuse('signing', 'is missing', 'name the public key that bundles are signed with');
  if (signing !== undefined && unsigned)
    refuse('unsigned', 'is set beside signing', 'remove one of the two: a key is there, so keep it');
  if (poll.min_seconds > poll.max_seconds)
    refuse('poll', 'min_seconds is more than max_seconds', 'a request is made between the two');
  return problems;
}

/** What is sent there says who asked for what. */
function checkService(
  service: Readonly<{ url: string; cert?: string; key?: string }> | undefined,
  path: Path,
): Problem[] {
  if (service === undefined) return [];
  return [...checkHttps(service.url, [...path, 'url']), ...checkCertificatePair(service, path)];
}
