// The role that the resolver connects as: it may analyze statements, and read nothing.
import { quoteIdentifier } from './identifier.ts';

export type ResolverRole = Readonly<{
  role: string;
  database: string;
  /** Every schema that a statement may find names in. */
  schemas: readonly string[];
}>;

/** The SQL that creates the role, for an administrator to read and run in the database. It sets no password. */
export function resolverRoleSql({ role, database, schemas }: ResolverRole): string {
  const name = quoteIdentifier(role);
  const limits = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT';
  return [
    '-- Lets the gateway ask PostgreSQL what the names in a statement mean. It reads no table.',
    '-- Give it a password afterwards: \\password in psql keeps it out of the logs.',
    `CREATE ROLE ${name} LOGIN ${limits};`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${quoteIdentifier(database)} TO ${name};`,
    '-- A schema made later needs the same: without it, statements that see it stay opaque.',
    ...schemas.map((schema) => `GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${name};`),
    '',
  ].join('\n');
}
