// A type's name as people write it.

import type { CatalogView } from '../../sql/index.ts';

/** Where SQL has another name than the catalog. */
const sqlNames: Readonly<Record<string, string>> = {
  bool: 'boolean',
  bpchar: 'char',
  float4: 'real',
  float8: 'double precision',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
};

export function typeName(oid: number, catalog: CatalogView): string {
  const type = catalog.type(oid);
  if (type === undefined) return 'unknown';
  if (type.kind === 'base' && type.element !== 0) return `${typeName(type.element, catalog)}[]`;
  if (type.schema === 'pg_catalog') return sqlNames[type.name] ?? type.name;
  return type.schema === 'public' ? type.name : `${type.schema}.${type.name}`;
}
