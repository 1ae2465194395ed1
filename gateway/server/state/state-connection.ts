// How the state database is reached: as the configuration says, or in the data folder of this gateway.
import type { Config, ResourceConfig } from '../../config/index.ts';
import type { EmbeddedState } from '../../state/index.ts';

/** Where it is, and what it is logged in to with. */
export type StateAddress = Readonly<{
  host: string;
  port: number;
  database: string;
  user: string;
  passwordFile: string | undefined;
  sslmode: ResourceConfig['upstream']['sslmode'];
  ca: string | undefined;
}>;

/** What the configuration says of it. */
export type StatePlace = Pick<Config['state'], 'url' | 'password_file' | 'ca'>;

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

export function addressOf({ url, password_file: passwordFile, ca }: StatePlace): StateAddress | undefined {
  if (url === undefined) return undefined;
  const { hostname, port, pathname, username, searchParams } = new URL(url);
  const sslmode = searchParams.get('sslmode') ?? (loopback.has(hostname) ? 'disable' : 'verify-full');
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
    passwordFile,
    sslmode: sslmode as StateAddress['sslmode'],
    ca,
  };
}

export const embeddedAddress = ({
  host,
  port,
  database,
  user,
  passwordFile,
}: EmbeddedState): StateAddress => ({
  ...{ host, port, database, user, passwordFile },
  sslmode: 'disable',
  ca: undefined,
});

/** As a resource, so that TLS, passwords and time-outs mean for it what they mean for every database. */
export const asResource = ({
  host,
  port,
  database,
  user,
  passwordFile,
  sslmode,
  ca,
}: StateAddress): ResourceConfig => ({
  name: 'state',
  upstream: {
    ...{ host, port, database, sslmode },
    ...(ca === undefined ? {} : { ca }),
    connect_timeout_seconds: 3,
    channel_binding: 'prefer',
  },
  credentials: {
    default: { kind: 'static', user, ...(passwordFile === undefined ? {} : { password_file: passwordFile }) },
  },
  labels: {},
});
