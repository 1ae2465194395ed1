// Checks what a configuration names on the network: issuers answer, databases let the gateway in.

import type { Config } from '../../config/index.ts';
import type { Finding } from './finding.ts';
import { checkIssuer } from './issuer.ts';
import { checkUpstream } from './upstream.ts';

/** Starts every check at once and yields in the order of the configuration. */
export async function* checkOnline({ identity, resources }: Config): AsyncGenerator<Finding> {
  const running = [
    ...identity.issuers.map((issuer, index) => checkIssuer(issuer, `identity.issuers[${index}]`)),
    ...resources.map((resource, index) => checkUpstream(resource, `resources[${index}].upstream`)),
  ];
  for (const check of running) yield await check;
}
