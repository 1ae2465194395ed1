// Whom explain asks the policy for: an identity from a file, in a session that has just begun.
import { readFile } from 'node:fs/promises';
import { Ajv2020, type DefinedError } from 'ajv/dist/2020.js';
import type { ResourceConfig } from '../../config/index.ts';
import type { Input } from '../../sql/index.ts';
import { CommandError, type Invocation, type OptionSpec, UsageError } from '../command.ts';
import { printPath } from '../policy/check/path.ts';
import { describeProblems } from '../policy/check/schema-problem.ts';

export const askingOptions: Readonly<Record<'as' | 'at', OptionSpec>> = {
  as: {
    type: 'string',
    value: 'IDENTITY.json',
    help: 'Also show what the policy decides for this identity: input.identity, of which "principal" and "kind" are enough.',
  },
  at: {
    type: 'string',
    value: 'TIME',
    help: 'With --as: when it is asked, as 2026-05-04T14:30Z. Default: now.',
  },
};

export type Asking = Readonly<{
  identity: Input['identity'];
  session: Input['session'];
  resource: Input['resource'];
  now: number;
}>;

export async function readAsking(
  file: string,
  invocation: Invocation,
  { resource, serverVersion }: Readonly<{ resource: ResourceConfig; serverVersion: number }>,
): Promise<Asking> {
  const { name, upstream, labels } = resource;
  return {
    identity: await readIdentity(file),
    session: {
      id: 'explain',
      client_addr: '127.0.0.1',
      tls: true,
      application_name: 'explain',
      transaction: 'idle',
    },
    resource: { name, database: upstream.database, labels, server_version: serverVersion },
    now: timeOf(invocation.text('at')),
  };
}

function timeOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new UsageError(`option --at takes a time such as 2026-05-04T14:30Z, not "${text}"`);
  return time;
}

const schemaFile = new URL('../../../schemas/input.schema.json', import.meta.url);

async function readIdentity(file: string): Promise<Input['identity']> {
  const written = await readObject(file);
  const identity = {
    issuer: 'explain',
    subject: written.principal,
    groups: [],
    scopes: [],
    claims: {},
    auth: { method: 'oidc' },
    ...written,
  };
  const schema = JSON.parse(await readFile(schemaFile, 'utf8'));
  const ajv = new Ajv2020({ allErrors: true, verbose: true, strictRequired: false }).addSchema(
    schema,
    'input',
  );
  const validate = ajv.getSchema('input#/$defs/IdentityInput');
  if (validate === undefined) throw new Error('the schema of the input has no IdentityInput');
  if (validate(identity)) return identity as unknown as Input['identity'];
  const problems = describeProblems((validate.errors ?? []) as DefinedError[], identity);
  throw new CommandError(
    `${file} is no identity:\n${problems.map(({ path, text }) => `  ${path.length === 0 ? '' : `${printPath(path)}: `}${text}`).join('\n')}`,
  );
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be read: ${error.code}`);
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new CommandError(`${file} is no JSON object`);
}
