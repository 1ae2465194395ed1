// What a column may hold, as far as its type tells.
import type { CatalogView } from '../../sql/index.ts';
import type { TypeClass } from '../vocabulary/vocabulary.ts';

const classes: Readonly<Record<string, TypeClass>> = {
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  char: 'text',
  name: 'text',
  citext: 'text',
  xml: 'text',
  tsvector: 'text',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  numeric: 'number',
  money: 'number',
  float4: 'number',
  float8: 'number',
  date: 'date',
  timestamp: 'date',
  timestamptz: 'date',
  time: 'time',
  timetz: 'time',
  interval: 'time',
  bool: 'boolean',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  hstore: 'json',
  bytea: 'bytes',
  inet: 'network',
  macaddr: 'hardware',
  macaddr8: 'hardware',
  point: 'geometry',
  polygon: 'geometry',
  geometry: 'geometry',
  geography: 'geometry',
};

/** Types of types of types don't go deeper than that in any database that people use. */
const deepest = 8;

export function typeClass(oid: number, catalog: CatalogView, depth = 0): TypeClass {
  const type = catalog.type(oid);
  if (type === undefined || depth > deepest) return 'other';
  if (type.kind === 'domain') return typeClass(type.base, catalog, depth + 1);
  if (type.kind === 'enum') return 'text';
  if (type.kind === 'range' || type.kind === 'multirange') return 'other';
  if (type.kind === 'composite') return 'json';
  const known = classes[type.name];
  if (known !== undefined) return known;
  return type.element === 0 ? 'other' : typeClass(type.element, catalog, depth + 1);
}

/** The name that somebody gave to a domain or an enum, which tells as much as a column's; undefined for others. */
export function givenTypeName(oid: number, catalog: CatalogView): string | undefined {
  const type = catalog.type(oid);
  return type?.kind === 'domain' || type?.kind === 'composite' ? type.name : undefined;
}
