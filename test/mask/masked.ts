// Shorthand of the tests: what a rule makes of one text of a built-in type.
import { createMask, type MaskRule, type TypeFacts, type ValueMask } from '../../gateway/mask/index.ts';
import { key } from './rules.ts';

export const oids = {
  bool: 16,
  bytea: 17,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  json: 114,
  float4: 700,
  float8: 701,
  'int4[]': 1007,
  'text[]': 1009,
  inet: 869,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
} as const;

export type TypeName = keyof typeof oids;

const arrays = new Map<number, TypeFacts>([
  [1007, { oid: 1007, name: '_int4', kind: 'array', base: 0, element: 23 }],
  [1009, { oid: 1009, name: '_text', kind: 'array', base: 0, element: 25 }],
]);

export const columnType = (name: TypeName, typmod = -1) => ({
  oid: oids[name],
  typmod,
  typeOf: (oid: number) => arrays.get(oid),
});

/** Of `varchar(n)` and `char(n)`. */
export const characters = (count: number): number => count + 4;

export function maskOf(rule: MaskRule, name: TypeName, typmod = -1): ValueMask {
  return createMask(rule, columnType(name, typmod), key);
}

export function masked(rule: MaskRule, name: TypeName, value: string, typmod = -1): string | null {
  return maskOf(rule, name, typmod).text(Buffer.from(value))?.toString() ?? null;
}
