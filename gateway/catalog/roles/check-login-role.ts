// What the role that clients' statements run as may do beyond their work, asked from its own connection.
import type { CatalogQuery } from '../snapshot/catalog-query.ts';
import {
  countedFindings,
  notOfTheSystem,
  ofNoExtension,
  type RoleFinding,
  roleFindings,
} from './role-findings.ts';

/** Roles of the server whose members reach beyond the tables that they were given. */
const reachingRoles = [
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_signal_backend',
  'pg_checkpoint',
  'pg_create_subscription',
  'pg_maintain',
];

/** A superuser may do all the rest, so that nothing more is said of it. */
const checkSql = `
WITH me AS (SELECT * FROM pg_catalog.pg_roles WHERE rolname = current_user),
ordinary AS (SELECT * FROM me WHERE NOT rolsuper),
schemas AS (SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n WHERE ${notOfTheSystem}),
findings(kind, what, name) AS (
  SELECT 'too_much', 'is a superuser: nothing in the database holds it back', NULL::text FROM me WHERE rolsuper
  UNION ALL
  SELECT 'too_much', 'may ' || attribute, NULL
  FROM ordinary, LATERAL (VALUES (rolreplication, 'replicate the whole server'), (rolcreatedb, 'create databases'),
    (rolcreaterole, 'create roles'), (rolbypassrls, 'bypass row security')) AS a(has, attribute)
  WHERE has
  UNION ALL
  SELECT 'too_much', 'is a member of roles of the server', r.rolname
  FROM ordinary JOIN pg_catalog.pg_roles r ON pg_has_role(ordinary.oid, r.oid, 'MEMBER')
  WHERE r.rolname IN (${reachingRoles.map((role) => `'${role}'`).join(', ')})
  UNION ALL
  SELECT 'too_much', 'may become other roles', quote_ident(r.rolname)
  FROM ordinary JOIN pg_catalog.pg_roles r ON pg_has_role(ordinary.oid, r.oid, 'MEMBER')
  WHERE r.oid <> ordinary.oid AND r.rolname !~ '^pg_'
  UNION ALL
  SELECT 'too_much', 'owns relations, which row security does not hold back and whose definition it may change',
    format('%I.%I', s.nspname, c.relname)
  FROM ordinary JOIN pg_catalog.pg_class c ON pg_has_role(ordinary.oid, c.relowner, 'USAGE')
    JOIN schemas s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND ${ofNoExtension}
  UNION ALL
  SELECT 'too_much', 'may create in the database', NULL FROM ordinary
  WHERE has_database_privilege(current_database(), 'CREATE')
  UNION ALL
  SELECT 'too_much', 'may create in schemas', quote_ident(nspname) FROM ordinary, schemas
  WHERE has_schema_privilege(schemas.oid, 'CREATE')
)
${countedFindings('findings')}`;

/** Empty when it has no right beyond reading and writing tables that it was given. */
export const checkLoginRole = (query: CatalogQuery): Promise<readonly RoleFinding[]> =>
  roleFindings(query, checkSql);
