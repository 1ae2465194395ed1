// The names behind OIDs that many objects share: schemas, roles, languages.
import { type CatalogQuery, numberOf, textOf } from './catalog-query.ts';
import { orOwn } from './own-part.ts';

export type ObjectNames = Readonly<{
  /** Undefined for a schema of temporary objects: they belong to one session and aren't part of a snapshot. */
  schema(oid: number): string | undefined;
  role(oid: number): string;
  language(oid: number): string;
}>;

export async function loadObjectNames(query: CatalogQuery): Promise<ObjectNames> {
  const schemas = await namesOf(
    query,
    `SELECT oid, nspname FROM pg_catalog.pg_namespace
      WHERE nspname !~ '^pg_(toast_)?temp_' ${orOwn('oid = pg_catalog.pg_my_temp_schema()')}`,
  );
  const roles = await namesOf(query, 'SELECT oid, rolname FROM pg_catalog.pg_roles');
  const languages = await namesOf(query, 'SELECT oid, lanname FROM pg_catalog.pg_language');
  return {
    schema: (oid) => schemas.get(oid),
    // Roles belong to the whole cluster: one may be dropped or made while we read.
    role: (oid) => roles.get(oid) ?? String(oid),
    language: (oid) => languages.get(oid) ?? String(oid),
  };
}

async function namesOf(query: CatalogQuery, sql: string): Promise<ReadonlyMap<number, string>> {
  return new Map((await query(sql)).map(([oid, name]) => [numberOf(oid), textOf(name)]));
}
