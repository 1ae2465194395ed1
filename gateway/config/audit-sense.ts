// What a schema cannot say about `audit`: which keys belong to which kind of sink, and what strict mode can wait for.
import type { AuditSinkConfig, Config } from './config.types.ts';
import type { Path, Problem } from './problem.ts';

type Kind = AuditSinkConfig['kind'];
type Key = Exclude<keyof AuditSinkConfig, 'kind' | 'name' | 'batch' | 'timeout_seconds' | 'refused'>;

const tls: readonly Key[] = ['ca', 'cert', 'key'];
const overHttp: readonly Key[] = ['token_file', 'headers', 'header_files', 'compress', 'labels', ...tls];

const keysOf: Readonly<Record<Kind, Readonly<{ needed: readonly Key[]; possible: readonly Key[] }>>> = {
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
  return [
    ...audit.sinks.flatMap((sink, at) => {
      const path: Path = ['audit', 'sinks', at];
      const isTwice = audit.sinks.findIndex(({ name }) => name === sink.name) !== at;
      const right = 'give each sink a name of its own';
      return [
        ...(isTwice ? [{ path: [...path, 'name'], wrong: `"${sink.name}" is there already`, right }] : []),
        ...checkKeys(sink, path),
        ...checkAddress(sink, path),
        ...checkPair(sink, path),
      ];
    }),
    ...checkStrict(audit),
  ];
}

function checkKeys(sink: AuditSinkConfig, path: Path): Problem[] {
  const { needed, possible } = keysOf[sink.kind];
  const common = ['kind', 'name', 'batch', 'timeout_seconds', 'refused'];
  const set = Object.keys(sink).filter((key) => !common.includes(key)) as Key[];
  const known = [...needed, ...possible];
  const confirms = confirmsOf[sink.kind];
  const hasStrange = sink.confirm !== undefined && confirms?.includes(sink.confirm) === false;
  return [
    ...needed
      .filter((key) => !set.includes(key))
      .map((key) => ({
        path: [...path, key],
        wrong: 'is missing',
        right: `a sink of the kind ${sink.kind} needs ${needed.join(', ')}`,
      })),
    ...set
      .filter((key) => !known.includes(key))
      .map((key) => ({
        path: [...path, key],
        wrong: `does not belong to a sink of the kind ${sink.kind}`,
        right: known.length === 0 ? 'remove it' : `its keys are ${known.join(', ')}`,
      })),
    ...(hasStrange
      ? [
          {
            path: [...path, 'confirm'],
            wrong: `is ${sink.confirm} for a sink of the kind ${sink.kind}`,
            right: `one of ${confirms?.join(', ')}`,
          },
        ]
      : []),
  ];
}

/** What was done by whom must not pass a network in the clear, nor a password stand in this file. */
function checkAddress({ kind, url: text, host, tls: isSecure }: AuditSinkConfig, path: Path): Problem[] {
  if (kind === 'syslog') {
    if (host === undefined || isSecure !== false || isLoopback(host)) return [];
    const right = 'leave tls out, or name a server on this machine';
    return [{ path: [...path, 'tls'], wrong: 'is false while the server is elsewhere', right }];
  }
  if (text === undefined) return [];
  const at = [...path, 'url'];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.password)
    return [{ path: at, wrong: 'holds a password', right: 'put it into a file, and name that' }];
  if (kind === 'postgres') return checkDatabase(url, at);
  if (url?.username) return [{ path: at, wrong: 'holds a user', right: 'remove it; there is token_file' }];
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return [];
  return [{ path: at, wrong: 'is not an https URL', right: 'plain http is accepted from loopback only' }];
}

function checkDatabase(url: URL | undefined, path: Path): Problem[] {
  const isWhole = /^postgres(ql)?:$/.test(url?.protocol ?? '') && url?.username && url.hostname;
  if (!isWhole || url.pathname.length < 2)
    return [
      { path, wrong: 'does not say user, host and database', right: 'postgres://user@host:5432/database' },
    ];
  const sslmode = url.searchParams.get('sslmode');
  if ([...url.searchParams.keys()].some((key) => key !== 'sslmode'))
    return [{ path, wrong: 'has parameters other than sslmode', right: 'remove them' }];
  if (sslmode !== null && !sslModes.includes(sslmode))
    return [{ path, wrong: `has the unknown sslmode ${sslmode}`, right: `one of ${sslModes.join(', ')}` }];
  const isClear = sslmode === 'disable' || sslmode === 'prefer';
  if (isClear && !isLoopback(url.hostname))
    return [
      { path, wrong: `has sslmode ${sslmode} while the server is elsewhere`, right: 'use verify-full' },
    ];
  return [];
}

const sslModes: readonly string[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

function checkPair({ cert, key }: AuditSinkConfig, path: Path): Problem[] {
  if ((cert === undefined) === (key === undefined)) return [];
  const missing = cert === undefined ? 'cert' : 'key';
  return [
    {
      path: [...path, missing],
      wrong: 'is missing while its other half is set',
      right: 'name both files, of the certificate and of its private key',
    },
  ];
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

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
