// How explain and catalog reach the database of a resource: with the credential that may ask and read nothing.

import type pg from 'pg';
import type { Config, ResourceConfig } from '../config/index.ts';
import { silentLog, systemClock } from '../lib/index.ts';
import { createUpstream, openClient, primaryOf } from '../upstream/index.ts';
import { CommandError, type Invocation, type OptionSpec, UsageError } from './command.ts';
import { configOption, readConfigOption } from './config-file.ts';
import { suggest } from './suggest.ts';

export const resolverOptions: Readonly<Record<string, OptionSpec>> = {
  ...configOption,
  resource: {
    type: 'string',
    short: 'r',
    value: 'NAME',
    help: 'The resource. Not needed when the configuration has one alone.',
  },
};

export type ResolverAccess = Readonly<{
  config: Config;
  resource: ResourceConfig;
  /** Connects once more, as the resolver or by another credential; `withResolver` ends every client that it opened. */
  connect(credential?: string): Promise<pg.Client>;
}>;

/** Connects as the resolver role as often as `work` asks, and leaves no connection behind. */
export async function withResolver<T>(
  invocation: Invocation,
  applicationName: string,
  work: (access: ResolverAccess) => Promise<T>,
): Promise<T> {
  const config = await readConfigOption(invocation);
  const resource = chooseResource(config, invocation.text('resource'));
  if (resource.credentials.resolver === undefined) throw noResolver(resource);
  const upstream = createUpstream(primaryOf(resource), { log: silentLog, clock: systemClock });
  const clients: pg.Client[] = [];
  const connect = async (credential = 'resolver'): Promise<pg.Client> => {
    const client = await openClient(upstream, { credential, applicationName }).catch((error) => {
      throw connectionFailure(resource, error);
    });
    // What ends a connection is said by the statement that was under way.
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  try {
    return await work({ config, resource, connect });
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    upstream.close();
  }
}

export function chooseResource({ resources }: Config, name: string | undefined): ResourceConfig {
  const names = resources.map((resource) => resource.name);
  const [only] = resources;
  if (name === undefined) {
    if (only !== undefined && resources.length === 1) return only;
    throw new UsageError('option --resource NAME is missing', `The resources are: ${names.join(', ')}.`);
  }
  const found = resources.find((resource) => resource.name === name);
  if (found !== undefined) return found;
  const meant = suggest(name, names);
  throw new CommandError(`resource "${name}" is not in the configuration`, {
    hint: meant === undefined ? `The resources are: ${names.join(', ')}.` : `Did you mean ${meant}?`,
  });
}

function noResolver({ name }: ResourceConfig): CommandError {
  return new CommandError(`resource "${name}" has no credential "resolver"`, {
    hint: 'portcullis check-config --online prints the SQL that makes its role.',
  });
}

/** A failure's own words and those of what caused it: this is the operator's terminal. */
function connectionFailure({ name, upstream: { host, port } }: ResourceConfig, error: unknown): CommandError {
  const reasons: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) reasons.push(at.message);
  return new CommandError(`cannot connect to ${host}:${port} for resource "${name}": ${reasons.join(': ')}`);
}
