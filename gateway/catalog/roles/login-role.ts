// The role that the gateway logs in as for its clients: what it may not do, no client can, whatever a policy says.
import { quoteIdentifier } from '../resolver/identifier.ts';

export type LoginRole = Readonly<{
  role: string;
  database: string;
  schemas: readonly string[];
  /** It may write. */
  writes: boolean;
}>;

const TIME_OUTS = { statement_timeout: '5min', idle_in_transaction_session_timeout: '10min' } as const;

/** The SQL that creates the role, for an administrator to read and run in the database. It sets no password. */
export function loginRoleSql({ role, database, schemas, writes }: LoginRole): string {
  const name = quoteIdentifier(role);
  const base = quoteIdentifier(database);
  const limits = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT';
  const rights = writes ? 'SELECT, INSERT, UPDATE, DELETE' : 'SELECT';
  const inSchema = (schema: string): readonly string[] => {
    const quoted = quoteIdentifier(schema);
    return [
      `GRANT USAGE ON SCHEMA ${quoted} TO ${name};`,
      `GRANT ${rights} ON ALL TABLES IN SCHEMA ${quoted} TO ${name};`,
      ...(writes ? [`GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${quoted} TO ${name};`] : []),
    ];
  };
  return [
    '-- The role that the gateway logs in as for its clients. It owns nothing, is a member of no other role, and so reads',
    '-- no files of the server, sees what row security lets it see, and can change no definition.',
    '-- Give it a password afterwards: \\password in psql keeps it out of the logs.',
    `CREATE ROLE ${name} LOGIN ${limits};`,
    '-- For what no policy limits. A client may set them otherwise where the policy lets it.',
    ...Object.entries(TIME_OUTS).map(([setting, time]) => `ALTER ROLE ${name} SET ${setting} = '${time}';`),
    '',
    `GRANT CONNECT ON DATABASE ${base} TO ${name};`,
    '-- Strike out the tables that no client has any business with. What is made later needs a GRANT of its own.',
    ...schemas.flatMap(inSchema),
    '',
    '-- What everybody may, this role may too. Other roles may rely on it: give it to them by name first.',
    `REVOKE TEMPORARY ON DATABASE ${base} FROM PUBLIC;`,
    ...schemas.map((schema) => `REVOKE CREATE ON SCHEMA ${quoteIdentifier(schema)} FROM PUBLIC;`),
    '',
  ].join('\n');
}
