// What the facts need to know of a database: one version of its catalog, which doesn't change.

/** Node text as the catalog stores it: `analyzed/` reads it. */
export type StoredTree = string;

/** A label on a column, and where it comes from. */
export type ColumnLabel = Readonly<{
  name: string;
  /** `server`: every database has it. */
  from: 'data' | 'comment' | 'security_label' | 'server';
  /** The relation that the label was put on, when this column has it as a child's: "public.measurements". */
  inheritedFrom: string | undefined;
}>;

export type Column = Readonly<{
  /** The attribute number, from 1. */
  number: number;
  name: string;
  type: number;
  notNull: boolean;
  /** The default, or what a generated column is computed from. */
  expression: StoredTree | undefined;
  generated: 'stored' | 'virtual' | undefined;
  identity: boolean;
  comment: string | undefined;
  labels: readonly ColumnLabel[];
}>;

export type RelationKind =
  | 'table'
  | 'partitioned_table'
  | 'view'
  | 'materialized_view'
  | 'foreign_table'
  | 'sequence'
  | 'index'
  | 'composite_type'
  | 'toast';

/**
 * A primary key or unique index over plain columns, each with the default operator class of its type; valid, checked
 * at once and for all rows.
 */
export type Key = Readonly<{
  primary: boolean;
  columns: readonly number[];
  /** For each column, in order. */
  collations: readonly number[];
}>;

/** What a write to the table that a foreign key refers to does to the rows that have the key. */
export type ReferenceAction = 'refuse' | 'cascade' | 'set_null' | 'set_default';

/** A foreign key. */
export type Reference = Readonly<{
  name: string;
  /** The table that has the foreign key, and its columns. */
  relation: number;
  columns: readonly number[];
  /** The table that it refers to, and that one's columns in the same order. */
  target: number;
  targetColumns: readonly number[];
  onDelete: ReferenceAction;
  onUpdate: ReferenceAction;
}>;

/** What the rows of a partitioned table are divided by. */
export type PartitionKey = Readonly<{
  /** In order; 0 stands for the next one of the expressions. */
  columns: readonly number[];
  expressions: StoredTree | undefined;
}>;

export type WriteEvent = 'insert' | 'update' | 'delete' | 'truncate';

export type Rule = Readonly<{
  name: string;
  event: 'insert' | 'update' | 'delete';
  instead: boolean;
  condition: StoredTree | undefined;
  actions: StoredTree;
}>;

export type Trigger = Readonly<{
  name: string;
  function: number;
  events: readonly WriteEvent[];
  insteadOf: boolean;
  /** `tgenabled` says that it fires in ordinary sessions. */
  enabled: boolean;
  condition: StoredTree | undefined;
}>;

/** A trigger of the database: it fires with commands that define things, whatever they are about. */
export type EventTrigger = Readonly<{
  name: string;
  /** "ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite", "login". */
  event: string;
  /** The command tags that it fires with; undefined: all. */
  tags: readonly string[] | undefined;
  function: number;
}>;

export type RowPolicy = Readonly<{
  name: string;
  command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  using: StoredTree | undefined;
  check: StoredTree | undefined;
}>;

export type Relation = Readonly<{
  oid: number;
  schema: string;
  name: string;
  kind: RelationKind;
  owner: string;
  temporary: boolean;
  /** By attribute number minus one; undefined where a column was dropped. */
  columns: readonly (Column | undefined)[];
  keys: readonly Key[];
  /** Direct ones: partition roots and tables it inherits from, and the reverse. */
  parents: readonly number[];
  children: readonly number[];
  /** Of an index or a toast table: the table that it belongs to. */
  table: number | undefined;
  /** Its own foreign keys. */
  references: readonly Reference[];
  /** Foreign keys to this relation, its own to itself included. */
  referencedBy: readonly Reference[];
  /** What a view or materialized view shows: the actions of its SELECT rule. */
  definition: StoredTree | undefined;
  securityInvoker: boolean;
  rules: readonly Rule[];
  /** Without the server's own, which keep foreign keys. */
  triggers: readonly Trigger[];
  /** Empty while row security is off. */
  rowPolicies: readonly RowPolicy[];
  /** Of a partitioned table. */
  partitionKey: PartitionKey | undefined;
  /** What every write evaluates: check constraints, index and partition expressions. */
  writeExpressions: readonly StoredTree[];
  /** The types of what GiST indexes are on: rows are put into them by how far values are apart. */
  treeTypes: readonly number[];
  /** What extended statistics are on beside columns: ANALYZE evaluates it. */
  statisticsExpressions: readonly StoredTree[];
  comment: string | undefined;
}>;

/** What a security team says of a function whose body can't be read. */
export type Vouch = Readonly<{
  /** Columns that it reads, as "schema.relation.column". */
  reads: readonly string[];
  /** Labels that its result carries, beside those of its arguments. */
  carries: readonly string[];
  /** It writes to these relations, as "schema.relation". */
  writes: readonly string[];
}>;

export type Routine = Readonly<{
  oid: number;
  schema: string;
  name: string;
  /** As format_type prints them. */
  argumentTypes: readonly string[];
  kind: 'function' | 'procedure' | 'aggregate' | 'window';
  volatility: 'immutable' | 'stable' | 'volatile';
  language: string;
  securityDefiner: boolean;
  owner: string;
  /** It came with the server. */
  builtin: boolean;
  extension: string | undefined;
  /** The reviewed class, from `catalog/functions`; opaque for one that nobody reviewed. */
  class: string;
  /** A body in SQL-standard form: `pg_proc.prosqlbody`. */
  body: StoredTree | undefined;
  /** Of a procedure: the types of all its arguments, as CALL lists them. */
  parameters: readonly number[];
  /** Of a procedure: the names of all its arguments; none where it has none. */
  parameterNames: readonly string[];
  /** The type of each of any number of last arguments; 0 for none. */
  variadic: number;
  /** The types of the columns that it gives: those of OUT and TABLE arguments, or else its result's alone. */
  results: readonly number[];
  /** Expressions for arguments that a call leaves out. */
  defaults: StoredTree | undefined;
  /** The functions that an aggregate is made of. */
  parts: readonly number[];
  /** The types that an aggregate's first states are read as, from text, with each call. */
  states: readonly number[];
  /** It runs under settings of its own (SET clauses). */
  settings: readonly string[];
  vouch: Vouch | undefined;
}>;

export type Operator = Readonly<{ oid: number; schema: string; name: string; function: number }>;

/** How values of one type become another's (`pg_cast`), and where nobody has to ask for it. */
export type Cast = Readonly<{
  context: 'implicit' | 'assignment' | 'explicit';
  method: 'function' | 'binary' | 'text';
  /** 0 where the method isn't a function. */
  function: number;
}>;

export type Type = Readonly<{
  oid: number;
  schema: string;
  name: string;
  kind: 'base' | 'composite' | 'domain' | 'enum' | 'range' | 'multirange' | 'pseudo';
  builtin: boolean;
  /** Of a domain: the type beneath. */
  base: number;
  /** Of an array: its element; of a range: what it ranges over; of a multirange: its range. */
  element: number;
  /** Of a range: what tells how far two of its values are apart (`rngsubdiff`); 0 for none. */
  difference: number;
  /** Of a range: what brings its bounds into one form (`rngcanonical`) when one is made; 0 for none. */
  canonical: number;
  /** The type of its arrays; 0 for none. */
  array: number;
  /** Of a composite type: its relation. */
  relation: number;
  /** A domain's own CHECK constraints. */
  checks: readonly StoredTree[];
  /** Of a domain: what a column of it gets that has no default of its own (`typdefaultbin`). */
  defaultExpression: StoredTree | undefined;
  /** Functions that read and print its text. */
  input: number;
  output: number;
  /** The function behind `value[…]` (`typsubscript`); 0 for none. */
  subscript: number;
  /** What its default btree operator class compares two values with (support function 1); 0 for none of its own. */
  comparison: number;
  /** The function of its cast to json (`castmethod` f), which JSON constructors call; 0 for none. */
  jsonCast: number;
}>;

/** One version of one database's catalog. */
export interface CatalogView {
  /** Names this version in audit events and keys of caches. */
  readonly version: string;
  /** 15, 18 … */
  readonly majorVersion: number;
  /** Those that fire in ordinary sessions. */
  readonly eventTriggers: readonly EventTrigger[];
  relation(oid: number): Relation | undefined;
  /** As the server would find it; without a schema, the first on the effective path that has the name. */
  findRelation(schema: string | undefined, name: string, searchPath: readonly string[]): Relation | undefined;
  routine(oid: number): Routine | undefined;
  /** All that have the name, in the schema or else along the path. */
  findRoutines(schema: string | undefined, name: string, searchPath: readonly string[]): readonly Routine[];
  operator(oid: number): Operator | undefined;
  type(oid: number): Type | undefined;
  /** Of the types themselves: what lies beneath a domain, and elements of arrays, have their own. */
  cast(source: number, target: number): Cast | undefined;
}
