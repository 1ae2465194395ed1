// `portcullis role-sql`.

import { loginRoleSql, resolverRoleSql } from '../catalog/index.ts';
import { type Command, type Invocation, UsageError } from './command.ts';
import { readConfigOption } from './config-file.ts';
import { chooseResource, resolverOptions } from './resolver-access.ts';
import { suggest } from './suggest.ts';

export const roleSql: Command = {
  name: 'role-sql',
  summary: 'Print the SQL that makes a database role for the gateway',
  usage: '[CREDENTIAL]',
  description:
    'For the role of one of a resource\'s credentials, "default" unless you name another: it owns nothing, is no ' +
    'member of other roles, and may read and write the tables of some schemas. For "resolver" it is the role that may ' +
    'only ask what names mean. Nothing is asked and nothing is changed: read the SQL, change it, and run it in the ' +
    'database as its owner. check-config --online says what a role has beyond that.',
  options: {
    ...resolverOptions,
    schemas: {
      type: 'string',
      value: 'A,B',
      help: 'The schemas that clients work in, with commas between. Default: public.',
    },
    'read-only': { type: 'boolean', help: 'The role may only read.' },
  },
  arguments: { min: 0, max: 1 },
  examples: [
    'portcullis role-sql --config portcullis.yaml',
    'portcullis role-sql readonly --config portcullis.yaml --schemas public,billing --read-only',
    'portcullis role-sql resolver --config portcullis.yaml --resource orders',
  ],
  prints: 'SQL, without a password.',
  async run(invocation) {
    const { credentials, upstream } = chooseResource(
      await readConfigOption(invocation),
      invocation.text('resource'),
    );
    const credential = invocation.positionals[0] ?? 'default';
    const role =
      credentials[credential]?.user ?? (credential === 'resolver' ? 'portcullis_resolver' : undefined);
    if (role === undefined) throw noCredential(credential, Object.keys(credentials));
    const { database } = upstream;
    const schemas = schemasOf(invocation);
    const sql =
      credential === 'resolver'
        ? resolverRoleSql({ role, database, schemas })
        : loginRoleSql({ role, database, schemas, writes: !invocation.flag('read-only') });
    invocation.terminal.stdout.write(sql);
    return 0;
  },
};

function schemasOf({ text }: Invocation): readonly string[] {
  const schemas = (text('schemas') ?? 'public').split(',').map((schema) => schema.trim());
  if (schemas.includes(''))
    throw new UsageError('option --schemas has an empty name', 'Write it as public,billing.');
  return schemas;
}

function noCredential(name: string, names: readonly string[]): UsageError {
  const meant = suggest(name, names);
  const hint = meant === undefined ? `The credentials are: ${names.join(', ')}.` : `Did you mean ${meant}?`;
  return new UsageError(`the resource has no credential "${name}"`, hint);
}
