// What a schema cannot say about a configuration: keys that contradict each other.
import { isLoopbackHost } from '../../lib/index.ts';
import type { Config, IssuerConfig, ResourceConfig } from '../config.types.ts';
import type { Path, Problem } from '../problem.ts';
import { checkDatabaseUrl, checkHttps } from './addresses.ts';
import { checkAudit } from './audit.ts';
import { checkCertificatePair } from './certificate-pair.ts';
import { checkNotify } from './notify.ts';
import { checkPolicy } from './policy.ts';
import { checkRecordings } from './recordings.ts';
import { checkRepeated } from './repeated.ts';

export function checkSense(config: Config): Problem[] {
  return [
    ...checkListen(config),
    ...checkIdentity(config),
    ...checkRepeated(config.resources, 'name', ['resources'], 'give each resource a name of its own'),
    ...config.resources.flatMap(checkResource),
    ...checkState(config),
    ...checkMasking(config),
    ...checkPolicy(config),
    ...checkNotify(config),
    ...checkRecordings(config),
    ...checkAudit(config),
  ];
}

function checkListen({ listen }: Config): Problem[] {
  if (listen.tls || isLoopbackHost(listen.host)) return [];
  return [
    {
      path: ['listen', 'tls'],
      wrong: `is missing while listen.host ${listen.host} can be reached from other machines`,
      right: 'set cert and key, or listen on 127.0.0.1',
    },
  ];
}

/** A password in the file would be in every copy of it. */
function checkState({ state }: Config): Problem[] {
  const { url, password_file: passwordFile, ca } = state;
  const path: Path = ['state', 'url'];
  if (url === undefined) {
    if (passwordFile === undefined && ca === undefined) return [];
    const right = 'set it, or remove what belongs to it';
    return [{ path, wrong: 'is missing beside password_file or ca', right }];
  }
  return checkDatabaseUrl(url, 'password_file', path);
}

function checkMasking({ masking }: Config): Problem[] {
  if (masking.keys_file === undefined || masking.keys_env === undefined) return [];
  return [
    {
      path: ['masking', 'keys_env'],
      wrong: 'is set beside keys_file',
      right: 'keys come from one of them; remove the other',
    },
  ];
}

function checkIdentity({ identity }: Config): Problem[] {
  if (identity.issuers.length === 0 && !identity.access_keys) {
    return [
      {
        path: ['identity'],
        wrong: 'nobody could log in',
        right: 'set issuers (OpenID Connect) or access_keys, or both',
      },
    ];
  }
  return [
    ...checkRepeated(
      identity.issuers,
      'issuer',
      ['identity', 'issuers'],
      'write each issuer once; audience may be a list',
    ),
    ...identity.issuers.flatMap(checkIssuer),
  ];
}

/** Keys that come over plain HTTP can be anybody's. */
function checkIssuer({ issuer, introspection }: IssuerConfig, at: number): Problem[] {
  const path: Path = ['identity', 'issuers', at];
  const endpoint = introspection?.endpoint;
  return [
    ...checkHttps(issuer, [...path, 'issuer']),
    ...(endpoint === undefined ? [] : checkHttps(endpoint, [...path, 'introspection', 'endpoint'])),
  ];
}

function checkResource({ upstream, credentials, discovery }: ResourceConfig, at: number): Problem[] {
  const path: Path = ['resources', at, 'upstream'];
  const problems: Problem[] = [];
  const refuse = (key: string, wrong: string, right: string): void => {
    problems.push({ path: [...path, key], wrong, right });
  };
  if (discovery?.sample === true && credentials[discovery.credential] === undefined) {
    problems.push({
      path: ['resources', at, 'discovery', 'credential'],
      wrong: `is "${discovery.credential}", which is none of the resource's credentials`,
      right: 'add one whose role has SELECT on the tables to look at, or set sample: false',
    });
  }
  problems.push(...checkCertificatePair(upstream, path));
  if (upstream.sslmode === 'disable') {
    for (const key of ['ca', 'cert', 'key'] as const) {
      if (upstream[key] !== undefined)
        refuse(key, 'has no effect with sslmode disable', 'remove it, or use verify-full');
    }
    if (upstream.channel_binding === 'require') {
      refuse(
        'channel_binding',
        'cannot be required with sslmode disable',
        'channel binding needs TLS: use verify-full',
      );
    }
  }
  return problems;
}
