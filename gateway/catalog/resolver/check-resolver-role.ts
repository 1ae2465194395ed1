// What the resolver role lacks, and what it has too much, asked from its own connection.
import {
  countedFindings,
  notOfTheSystem,
  ofNoExtension,
  type RoleFinding,
  roleFindings,
} from '../roles/role-findings.ts';
import { type CatalogQuery, textOf } from '../snapshot/catalog-query.ts';

/** To be run as the resolver role itself, in the database of the resource. */
const checkSql = `
WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
schemas AS (SELECT n.oid, n.nspname FROM pg_namespace n WHERE ${notOfTheSystem}),
relations AS (
  SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind
  FROM pg_class c JOIN schemas n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p', 'S') AND ${ofNoExtension}
),
findings(kind, what, name) AS (
  SELECT 'lacks', 'PostgreSQL 14 or newer', NULL::text
  WHERE current_setting('server_version_num')::int < 140000
  UNION ALL
  SELECT 'lacks', 'a server that can be written to: this one is a standby', NULL WHERE pg_is_in_recovery()
  UNION ALL
  SELECT 'lacks', 'TEMPORARY on the database', NULL
  WHERE NOT has_database_privilege(current_database(), 'TEMPORARY')
  UNION ALL
  SELECT 'lacks', 'USAGE on the language sql', NULL WHERE NOT has_language_privilege('sql', 'USAGE')
  UNION ALL
  SELECT 'lacks', 'USAGE on schemas', quote_ident(nspname) FROM schemas
  WHERE NOT has_schema_privilege(oid, 'USAGE')
  UNION ALL
  SELECT 'lacks', 'USAGE on types', t.oid::regtype::text
  FROM pg_type t JOIN schemas n ON n.oid = t.typnamespace
  WHERE t.typtype IN ('b', 'e', 'd', 'r', 'm') AND t.typcategory <> 'A' AND NOT has_type_privilege(t.oid, 'USAGE')
  UNION ALL
  SELECT 'too_much', 'is a ' || attribute, NULL
  FROM me, LATERAL (VALUES (rolsuper, 'superuser'), (rolreplication, 'replication role')) AS a(has, attribute)
  WHERE has
  UNION ALL
  SELECT 'too_much', 'may ' || attribute, NULL
  FROM me, LATERAL (VALUES (rolcreatedb, 'create databases'), (rolcreaterole, 'create roles'),
    (rolbypassrls, 'bypass row security')) AS a(has, attribute)
  WHERE has
  UNION ALL
  SELECT 'too_much', 'is a member of roles', quote_ident(r.rolname)
  FROM me JOIN pg_auth_members m ON m.member = me.oid JOIN pg_roles r ON r.oid = m.roleid
  UNION ALL
  SELECT 'too_much', 'may create in the database', NULL
  WHERE has_database_privilege(current_database(), 'CREATE')
  UNION ALL
  SELECT 'too_much', 'may create in schemas', quote_ident(nspname) FROM schemas
  WHERE has_schema_privilege(oid, 'CREATE')
  UNION ALL
  SELECT 'too_much', 'owns relations', r.name
  FROM relations r JOIN pg_class c ON c.oid = r.oid JOIN me ON c.relowner = me.oid
  UNION ALL
  SELECT 'too_much', 'may read or write relations', name FROM relations
  WHERE relkind <> 'S' AND (has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR has_any_column_privilege(oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
  UNION ALL
  SELECT 'too_much', 'may use sequences', name FROM relations
  WHERE CASE relkind WHEN 'S' THEN has_sequence_privilege(oid, 'USAGE, SELECT, UPDATE') END
  UNION ALL
  SELECT 'notice', 'event triggers run at each probe', quote_ident(evtname) FROM pg_event_trigger
  WHERE evtenabled IN ('O', 'A') AND evtevent IN ('ddl_command_start', 'ddl_command_end')
    AND (evttags IS NULL OR 'CREATE FUNCTION' = ANY (evttags))
)
${countedFindings('findings')}`;

/** Empty when the role can do what the resolver needs, and nothing else. */
export const checkResolverRole = (query: CatalogQuery): Promise<readonly RoleFinding[]> =>
  roleFindings(query, checkSql);

/** Every schema that a statement may find names in, as far as the asking role may use it. */
export async function ownSchemas(query: CatalogQuery): Promise<readonly string[]> {
  const rows = await query(
    `SELECT nspname FROM pg_namespace n WHERE ${notOfTheSystem} AND has_schema_privilege(oid, 'USAGE') ORDER BY 1`,
  );
  return rows.map(([schema]) => textOf(schema));
}
