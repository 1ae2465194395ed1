// `portcullis psql`.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { type Access, accessOptions, resolveAccess } from './access.ts';
import { type Command, CommandError, type Terminal } from './command.ts';
import { loginNeeded } from './fresh-token.ts';

/** Where distributions keep the system's certificate authorities, for a psql older than 16. */
const systemAuthorities = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

export const psql: Command = {
  name: 'psql',
  summary: 'Start psql on a resource, logged in',
  usage: 'RESOURCE [-- PSQL ARGUMENTS]',
  description:
    'Runs the psql on your PATH with host, port, user, token and TLS settings in its environment. Without ' +
    'psql, use portcullis sql.',
  options: accessOptions,
  arguments: { min: 1, max: 1 },
  takesRest: true,
  examples: ['portcullis psql shop', "portcullis psql shop -- -c 'SELECT count(*) FROM orders'"],
  prints: 'What psql prints.',
  exits: {
    1: "It could not be started; any other code is psql's own.",
    [loginNeeded]: 'You need to log in (again), or psql met an error in a script.',
  },
  async run(invocation) {
    const { env } = invocation.terminal;
    const version = psqlVersion(env);
    const [resource = ''] = invocation.positionals;
    if (version === undefined) {
      throw new CommandError('psql is not installed', { hint: `Use: portcullis sql ${resource}` });
    }
    const access = await resolveAccess(invocation);
    return runPsql(invocation.rest, { ...inherited(env), ...connectionSettings(access, resource, version) });
  },
};

/** psql's environment: what a child of ours would inherit, without what could send the token elsewhere. */
function inherited(env: Terminal['env']): Record<string, string | undefined> {
  const { PGHOSTADDR: _, PGSERVICE: __, PGREQUIREAUTH: ___, ...others } = env;
  return others;
}

/** libpq's environment variables for this access. */
export function connectionSettings(
  access: Access,
  resource: string,
  version: number,
): Record<string, string> {
  return {
    PGHOST: access.host,
    PGPORT: String(access.port),
    PGUSER: access.user,
    PGPASSWORD: access.password,
    PGDATABASE: resource,
    PGSSLMODE: access.sslmode,
    ...authorities(access, version),
  };
}

function authorities({ ca, sslmode }: Access, version: number): Record<string, string> {
  if (ca !== undefined) return { PGSSLROOTCERT: ca };
  if (!sslmode.startsWith('verify')) return {};
  if (version >= 16 && sslmode === 'verify-full') return { PGSSLROOTCERT: 'system' };
  const file = systemAuthorities.find((path) => existsSync(path));
  if (file !== undefined) return { PGSSLROOTCERT: file };
  throw new CommandError("the system's certificate authorities were not found", {
    hint: "Give the gateway's authority with --ca FILE.",
  });
}

function psqlVersion(env: Terminal['env']): number | undefined {
  const { stdout, error } = spawnSync('psql', ['--version'], { encoding: 'utf8', timeout: 10_000, env });
  if (error !== undefined) return undefined;
  return Number(/(\d+)/.exec(stdout)?.[1] ?? 0);
}

function runPsql(args: readonly string[], env: Record<string, string | undefined>): Promise<number> {
  return new Promise((resolve, reject) => {
    // ^C belongs to psql, which cancels its statement with it; we only wait.
    const ignore = () => undefined;
    process.on('SIGINT', ignore);
    const child = spawn('psql', args, { stdio: 'inherit', env });
    child.on('error', (error) => reject(new CommandError(`psql could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
