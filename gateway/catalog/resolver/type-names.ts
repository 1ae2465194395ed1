// The types of parameters by their names, since the text of a function can't name them by OID.
import { quoteIdentifier } from './identifier.ts';

export type NamedType = Readonly<{
  oid: number;
  /** With its schema, quoted: means the same on every search path. */
  sql: string;
  /** No function in SQL has an argument of such a type. */
  pseudo: boolean;
}>;

/** Reads the types of `$1`; every name is qualified, since the path of the session may lead elsewhere. */
export const typeNamesQuery = `
  SELECT t.oid::pg_catalog.int8::pg_catalog.text AS oid, n.nspname::pg_catalog.text AS schema,
    t.typname::pg_catalog.text AS name, t.typtype::pg_catalog.text AS kind
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
  WHERE t.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])`;

export type TypeRow = Readonly<{ oid: string; schema: string; name: string; kind: string }>;

export function namedType({ oid, schema, name, kind }: TypeRow): NamedType {
  return {
    oid: Number(oid),
    sql: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    pseudo: kind === 'p',
  };
}
