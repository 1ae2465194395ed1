// What a schema cannot say about `audit`: which keys belong to which kind of sink, and what strict mode can wait for.
import { isLoopbackHost } from '../../lib/index.ts';
import type { AuditSinkConfig, Config } from '../config.types.ts';
import type { Path, Problem } from '../problem.ts';
import { checkDatabaseUrl, checkHttps, parsedUrl } from './addresses.ts';
import { checkCertificatePair } from './certificate-pair.ts';
import { checkKeysOfKind, type KeysOfKind } from './keys-of-kind.ts';
import { checkRepeated } from './repeated.ts';

type Kind = AuditSinkConfig['kind'];
type Key = Exclude<keyof AuditSinkConfig, (typeof common)[number]>;

const common = ['kind', 'name', 'batch', 'timeout_seconds', 'refused'] as const;

const tls: readonly Key[] = ['ca', 'cert', 'key'];
const overHttp: readonly Key[] = ['token_file', 'headers', 'header_files', 'compress', 'labels', ...tls];

const keysOf: Readonly<Record<Kind, KeysOfKind<Key>>> = {
  postgres: { needed: ['url'], possible: ['password_file', ...tls] },
  s3: {
    needed: ['url', 'bucket', 'access_key_id_file', 'secret_access_key_file'],
    possible: ['session_token_file', 'prefix', 'region', 'path_style', 'lock', 'confirm', ...tls],
  },
  http: {
    needed: ['url'],
    possible: ['shape', 'confirm', 'index', 'source', 'sourcetype', 'acknowledgement', ...overHttp],
  },
  otel: { needed: ['url'], possible: ['encoding', ...overHttp] },
  syslog: { needed: ['host'], possible: ['port', 'tls', 'facility', 'confirm', ...tls] },
  stdout: { needed: [], possible: [] },
};

const confirmsOf: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  http: ['status', 'count'],
  s3: ['answer', 'read'],
  syslog: ['close', 'sent'],
};

export function checkAudit({ audit }: Config): Problem[] {
  const { sinks } = audit;
  const path: Path = ['audit', 'sinks'];
  return [
    ...checkRepeated(sinks, 'name', path, 'give each sink a name of its own'),
    ...sinks.flatMap((sink, at) => [
      ...checkKeysOfKind(sink, 'sink', keysOf[sink.kind], common, [...path, at]),
      ...checkConfirm(sink, [...path, at]),
      ...checkAddress(sink, [...path, at]),
      ...checkCertificatePair(sink, [...path, at]),
    ]),
    ...checkStrict(audit),
  ];
}

function checkConfirm({ kind, confirm }: AuditSinkConfig, path: Path): Problem[] {
  const confirms = confirmsOf[kind];
  if (confirm === undefined || confirms === undefined || confirms.includes(confirm)) return [];
  const wrong = `is ${confirm} for a sink of the kind ${kind}`;
  return [{ path: [...path, 'confirm'], wrong, right: `one of ${confirms.join(', ')}` }];
}

/** What was done by whom must not pass a network in the clear, nor a password stand in this file. */
function checkAddress({ kind, url, host, tls: isSecure }: AuditSinkConfig, path: Path): Problem[] {
  if (kind === 'syslog') {
    if (host === undefined || isSecure !== false || isLoopbackHost(host)) return [];
    const right = 'leave tls out, or name a server on this machine';
    return [{ path: [...path, 'tls'], wrong: 'is false while the server is elsewhere', right }];
  }
  if (url === undefined) return [];
  return kind === 'postgres' ? checkDatabase(url, [...path, 'url']) : checkService(url, [...path, 'url']);
}

function checkService(text: string, path: Path): Problem[] {
  const url = parsedUrl(text);
  if (url?.password) return [{ path, wrong: 'holds a password', right: 'put it into a file, and name that' }];
  if (url?.username) return [{ path, wrong: 'holds a user', right: 'remove it; there is token_file' }];
  return checkHttps(text, path);
}

function checkDatabase(text: string, path: Path): Problem[] {
  const problems = checkDatabaseUrl(text, 'password_file', path);
  const url = parsedUrl(text);
  if (problems.length > 0 || url === undefined) return problems;
  const sslmode = url.searchParams.get('sslmode');
  const isClear = sslmode === 'disable' || sslmode === 'prefer';
  if (!isClear || isLoopbackHost(url.hostname)) return [];
  return [{ path, wrong: `has sslmode ${sslmode} while the server is elsewhere`, right: 'use verify-full' }];
}

function checkStrict({ mode, strict_sink: name, sinks }: Config['audit']): Problem[] {
  const path: Path = ['audit', 'strict_sink'];
  if (mode !== 'strict') {
    if (name === undefined) return [];
    return [{ path, wrong: 'has no effect without mode: strict', right: 'set the mode, or remove it' }];
  }
  const names = sinks.map((sink) => sink.name).join(', ') || 'there are none';
  if (name === undefined)
    return [{ path, wrong: 'is missing with mode: strict', right: `name one of the sinks (${names})` }];
  const sink = sinks.find((each) => each.name === name);
  if (sink === undefined)
    return [
      { path, wrong: `is "${name}", which is none of the sinks`, right: `name one of them (${names})` },
    ];
  if (sink.kind === 'stdout' || sink.kind === 'syslog')
    return [
      {
        path,
        wrong: `is of the kind ${sink.kind}, which does not say what it has stored`,
        right: 'name a sink of another kind',
      },
    ];
  return [];
}
