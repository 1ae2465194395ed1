// The types of parameters by their names, since the text of a function can't name them by OID.
import { quoteIdentifier } from './identifier.ts';
import type { Step, StepRows } from './step-sequence.ts';

export type NamedType = Readonly<{
  oid: number;
  /** With its schema, quoted: means the same on every search path. */
  sql: string;
  /** No function in SQL has an argument of such a type. */
  pseudo: boolean;
}>;

/** Asks for the types; every name is qualified, since the path of the session may lead elsewhere. */
export function typeNamesStep(oids: readonly number[]): Step {
  const text = `
    SELECT t.oid::pg_catalog.int8, n.nspname, t.typname, t.typtype
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
    WHERE t.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])`;
  return { text, values: [`{${[...new Set(oids)].join(',')}}`] };
}

/** In the order of `oids`; undefined when one is missing. */
export function namedTypes(oids: readonly number[], rows: StepRows): readonly NamedType[] | undefined {
  const named = new Map<number, NamedType>();
  for (const [oid, schema, name, kind] of rows) {
    if (typeof schema !== 'string' || typeof name !== 'string') continue;
    const sql = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
    named.set(Number(oid), { oid: Number(oid), sql, pseudo: kind === 'p' });
  }
  const types = oids.map((oid) => named.get(oid)).filter((type) => type !== undefined);
  return types.length === oids.length ? types : undefined;
}
