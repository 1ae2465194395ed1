// Where the database of the audit is, as a resource, so that TLS, passwords and time-outs mean for it what they mean for
// every database.
import type { ResourceConfig } from '../../../config/index.ts';
import { isLoopbackHost } from '../../../lib/index.ts';

export type Place = Readonly<{
  /** postgres://user@host:port/database, with sslmode as its only parameter. */
  url: string;
  passwordFile?: string | undefined;
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}>;

const CONNECT_SECONDS = 5;

export function placeOf(name: string, { url, passwordFile, ca, cert, key }: Place): ResourceConfig {
  const { hostname, port, pathname, username, searchParams } = new URL(url);
  const sslmode = searchParams.get('sslmode') ?? (isLoopbackHost(hostname) ? 'disable' : 'verify-full');
  return {
    name,
    upstream: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 5432 : Number(port),
      database: decodeURIComponent(pathname.slice(1)),
      sslmode: sslmode as ResourceConfig['upstream']['sslmode'],
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      connect_timeout_seconds: CONNECT_SECONDS,
      channel_binding: 'prefer',
    },
    credentials: {
      default: {
        kind: 'static',
        user: decodeURIComponent(username),
        ...(passwordFile === undefined ? {} : { password_file: passwordFile }),
      },
    },
    labels: {},
  };
}
