// The gateway's address as people type it, and what the way to it demands of TLS.

import { isIP } from 'node:net';
import { isLoopbackHost } from '../lib/index.ts';
import { UsageError } from './command.ts';

export type GatewayAddress = Readonly<{ host: string; port: number }>;

export const sslmodes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type Sslmode = (typeof sslmodes)[number];

/** `HOST`, `HOST:PORT` or `[IPv6]:PORT`. */
export function parseGatewayAddress(text: string): GatewayAddress {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[^\s:/]+))(?::(?<port>\d{1,5}))?$/.exec(text);
  const host = match?.groups?.v6 ?? match?.groups?.name ?? (isIP(text) === 6 ? text : undefined);
  const port = Number(match?.groups?.port ?? 6432);
  if (host === undefined || port < 1 || port > 65535) {
    throw new UsageError(
      `"${text}" is no gateway address`,
      'Write it as HOST:PORT, for example db.example.com:6432.',
    );
  }
  return { host, port };
}

export function parseSslmode(text: string): Sslmode {
  const mode = sslmodes.find((known) => known === text);
  if (mode === undefined)
    throw new UsageError(`unknown sslmode "${text}"`, `It is one of ${sslmodes.join(', ')}.`);
  return mode;
}

/** On this machine TLS is taken when offered; over a network a token travels to the proven gateway only. */
export function defaultSslmode(host: string): Sslmode {
  return isLoopbackHost(host) ? 'prefer' : 'verify-full';
}
