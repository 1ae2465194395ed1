// Which of the types that masks know a column has, beneath domains and arrays.

/** What a catalog says of one type. */
export type TypeFacts = Readonly<{
  oid: number;
  name: string;
  kind: 'base' | 'domain' | 'enum' | 'array' | 'composite' | 'range' | 'multirange' | 'pseudo';
  /** Of a domain: the type beneath. */
  base: number;
  /** Of an array: the type of its elements. */
  element: number;
}>;

export type TypeOf = (oid: number) => TypeFacts | undefined;

/** The type of a result column, as RowDescription and a catalog give it. */
export type ColumnType = Readonly<{ oid: number; typmod: number; typeOf: TypeOf }>;

export type BaseName =
  | 'text'
  | 'varchar'
  | 'bpchar'
  | 'name'
  | 'citext'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'float4'
  | 'float8'
  | 'numeric'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'uuid'
  | 'bool'
  | 'bytea'
  | 'json'
  | 'jsonb'
  | 'inet'
  | 'cidr'
  | 'macaddr';

export type BaseType = Readonly<{ is: 'base'; name: BaseName; typmod: number }>;
export type ArrayType = Readonly<{ is: 'array'; element: BaseType; elementOid: number }>;
/** `closed`: masks can't make values of it, so that they become NULL. */
export type MaskableType = BaseType | ArrayType | Readonly<{ is: 'closed' }>;

/** `src/include/catalog/pg_type.dat`: the numbers of built-in types never change. */
const builtin: ReadonlyMap<number, BaseName> = new Map([
  [16, 'bool'],
  [17, 'bytea'],
  [19, 'name'],
  [20, 'int8'],
  [21, 'int2'],
  [23, 'int4'],
  [25, 'text'],
  [114, 'json'],
  [650, 'cidr'],
  [700, 'float4'],
  [701, 'float8'],
  [829, 'macaddr'],
  [869, 'inet'],
  [1042, 'bpchar'],
  [1043, 'varchar'],
  [1082, 'date'],
  [1083, 'time'],
  [1114, 'timestamp'],
  [1184, 'timestamptz'],
  [1186, 'interval'],
  [1700, 'numeric'],
  [2950, 'uuid'],
  [3802, 'jsonb'],
]);

const closed = { is: 'closed' } as const;

export function maskableType({ oid, typmod, typeOf }: ColumnType, depth = 0): MaskableType {
  const name = builtin.get(oid);
  if (name !== undefined) return { is: 'base', name, typmod };
  const facts = typeOf(oid);
  if (facts === undefined || depth > maximumDepth) return closed;
  switch (facts.kind) {
    case 'domain':
      return maskableType({ oid: facts.base, typmod, typeOf }, depth + 1);
    case 'array': {
      const element = maskableType({ oid: facts.element, typmod, typeOf }, depth + 1);
      // An element that is an array itself comes of a domain over arrays, whose text is quoted twice.
      return element.is === 'base' ? { is: 'array', element, elementOid: facts.element } : closed;
    }
    case 'base':
      // An extension's type has another number in each database.
      return facts.name === 'citext' ? { is: 'base', name: 'citext', typmod: -1 } : closed;
    default:
      return closed;
  }
}

/** Domains over domains are rare, and circles don't exist: this only bounds a wrong catalog. */
const maximumDepth = 16;
