// Checks what a configuration names on the network: issuers answer, databases and mail servers let the gateway in.

import type { Config } from '../../config/index.ts';
import { checkChannel } from './channel.ts';
import type { Finding } from './finding.ts';
import { checkIssuer } from './issuer.ts';
import { checkLoginRoles } from './login-roles.ts';
import { checkResolverOnline } from './resolver.ts';
import { checkSinkOnline } from './sink.ts';
import { checkStateOnline } from './state.ts';
import { checkUpstream } from './upstream.ts';

/** Starts every check at once and yields in the order of the configuration. */
export async function* checkOnline(config: Config): AsyncGenerator<Finding> {
  const { identity, resources, approvals, audit } = config;
  const running: Promise<Finding | Finding[]>[] = [
    checkStateOnline(config),
    ...identity.issuers.map((issuer, index) => checkIssuer(issuer, `identity.issuers[${index}]`)),
    ...resources.flatMap((resource, index) => [
      checkUpstream(resource, `resources[${index}].upstream`),
      checkLoginRoles(resource, `resources[${index}]`),
      checkResolverOnline(resource, `resources[${index}]`),
    ]),
    ...approvals.notify.map((channel, index) => checkChannel(channel, `approvals.notify[${index}]`)),
    ...audit.sinks.map((sink, index) => checkSinkOnline(sink, `audit.sinks[${index}]`)),
  ];
  for (const check of running) yield* [await check].flat();
}
