// What a schema cannot say about a configuration: keys that contradict each other.
import { isIP } from 'node:net';
import { checkAudit } from './audit-sense.ts';
import type { Config, IssuerConfig, ResourceConfig } from './config.types.ts';
import { checkNotify } from './notify-sense.ts';
import { checkPolicy } from './policy-sense.ts';
import type { Path, Problem } from './problem.ts';
import { checkRecordings } from './recordings-sense.ts';

export function checkSense(config: Config): Problem[] {
  return [
    ...checkListen(config),
    ...checkIdentity(config),
    ...checkTwice(config.resources, 'name', ['resources'], 'give each resource a name of its own'),
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
  if (listen.tls || isLoopback(listen.host)) return [];
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
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.username === '' || parsed.hostname === '' || parsed.pathname.length < 2)
    return [
      { path, wrong: 'does not say user, host and database', right: 'postgres://user@host:5432/database' },
    ];
  if (parsed.password !== '')
    return [{ path, wrong: 'holds a password', right: 'put it into a file, and that into password_file' }];
  const sslmode = parsed.searchParams.get('sslmode');
  if ([...parsed.searchParams.keys()].some((key) => key !== 'sslmode'))
    return [{ path, wrong: 'has parameters other than sslmode', right: 'remove them' }];
  if (sslmode !== null && !sslModes.includes(sslmode))
    return [{ path, wrong: `has the unknown sslmode ${sslmode}`, right: `one of ${sslModes.join(', ')}` }];
  return [];
}

const sslModes: readonly string[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

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
    ...checkTwice(
      identity.issuers,
      'issuer',
      ['identity', 'issuers'],
      'write each issuer once; audience may be a list',
    ),
    ...identity.issuers.flatMap(checkIssuer),
  ];
}

function checkIssuer(issuer: IssuerConfig, at: number): Problem[] {
  const path: Path = ['identity', 'issuers', at];
  const problems = checkUrl(issuer.issuer, [...path, 'issuer']);
  const endpoint = issuer.introspection?.endpoint;
  if (endpoint !== undefined) problems.push(...checkUrl(endpoint, [...path, 'introspection', 'endpoint']));
  return problems;
}

/** Keys that come over plain HTTP can be anybody's. */
function checkUrl(text: string, path: Path): Problem[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:') return [];
  if (url?.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) return [];
  return [{ path, wrong: 'is not an https URL', right: 'plain http is accepted from loopback only' }];
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
  if (upstream.cert !== undefined && upstream.key === undefined) {
    refuse('key', 'is missing while cert is set', "name the file with the certificate's private key");
  }
  if (upstream.key !== undefined && upstream.cert === undefined) {
    refuse('cert', 'is missing while key is set', "name the file with the private key's certificate");
  }
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

function checkTwice<Key extends string>(
  items: readonly Readonly<Record<Key, string>>[],
  key: Key,
  path: Path,
  right: string,
): Problem[] {
  return items.flatMap((item, at) =>
    items.findIndex((other) => other[key] === item[key]) === at
      ? []
      : [{ path: [...path, at, key], wrong: `"${item[key]}" is there already`, right }],
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
