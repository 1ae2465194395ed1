// Where a gateway is, for those who are told of its sessions by another one.
import { hostname } from 'node:os';
import type { Config } from '../../config/index.ts';

export type Whereabouts = Readonly<{
  /** The machine's name. */
  host: string;
  /** Where its admin side is; absent where it has none, or nobody can say. */
  admin?: string;
}>;

/** Listening there, it is reached by any of the machine's addresses. */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export function whereaboutsOf({ admin }: Pick<Config, 'admin'>): Whereabouts {
  const host = hostname();
  if (admin === undefined) return { host };
  if (admin.url !== undefined) return { host, admin: admin.url };
  // A free one, which only the process that listens knows.
  if (admin.port === 0) return { host };
  const name = everywhere.has(admin.host) ? host : admin.host;
  const scheme = admin.tls === undefined ? 'http' : 'https';
  return { host, admin: `${scheme}://${name.includes(':') ? `[${name}]` : name}:${admin.port}` };
}
