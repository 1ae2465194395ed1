// What a statement is, what it touches and where each of its outputs comes from: what policies decide on.
import type { StatementKind } from '../syntax/classification.ts';
import type { GrantEffect } from '../syntax/grant-effects.ts';
import type { ObjectEffect } from '../syntax/object-effects.ts';
import type { SessionEffect } from '../syntax/session-effects.ts';
import type { RelationKind } from './catalog-view.ts';

export type Access =
  | 'select'
  | 'insert'
  | 'update'
  | 'delete'
  | 'truncate'
  /** FOR UPDATE and its like, and LOCK. */
  | 'lock'
  /** Its definition is changed, or it is dropped. */
  | 'define'
  /** VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH. */
  | 'maintain';

export type ColumnUse =
  | 'output'
  /** It decides which rows there are, or which part of an expression is evaluated. */
  | 'predicate'
  /** It goes into a computation that can fail, or take long, by its value: a division, a cast to a number. */
  | 'computed'
  | 'join'
  | 'order'
  | 'group'
  /** Its value is written somewhere: another table, a file, a new table. */
  | 'write_source'
  | 'write_target'
  | 'locked'
  /** The statement needs the right to read it, and does none of the above with it. */
  | 'read';

export type RelationFact = Readonly<{
  oid: number;
  schema: string;
  name: string;
  kind: RelationKind;
  access: readonly Access[];
  /** The views, rules, functions and policies that reach it, the outermost first; empty: the statement itself does. */
  through: readonly string[];
  /** Labels of its columns. */
  labels: readonly string[];
}>;

export type ColumnFact = Readonly<{
  relation: number;
  number: number;
  schema: string;
  /** The relation's name. */
  table: string;
  name: string;
  labels: readonly string[];
  /** What the statement does with it, also through views. */
  used: readonly ColumnUse[];
  /** What views, rules, functions and policies do with it by their own definition. */
  usedInside: readonly ColumnUse[];
  /** The statement doesn't name it, neither by a star: a view that it names, or another definition, leads to it. */
  behind?: boolean;
}>;

export type FunctionFact = Readonly<{
  schema: string;
  name: string;
  /** "pg_catalog.lower(text)". */
  signature: string;
  /** How the statement calls it. */
  as: 'function' | 'procedure' | 'aggregate' | 'window' | 'operator' | 'cast' | 'trigger';
  volatility: 'immutable' | 'stable' | 'volatile';
  language: string;
  class: string;
  builtin: boolean;
  securityDefiner: boolean;
  /** The definitions that call it, the outermost first; empty: the statement itself does. */
  through: readonly string[];
}>;

/** A column, as "schema.relation.column". */
export type ColumnName = string;

export type OutputFact = Readonly<{
  /** From 1. */
  position: number;
  name: string;
  /** The type's OID. */
  type: number;
  /** Every column whose value goes into it, those of views on the way included. */
  columns: readonly ColumnName[];
  labels: readonly string[];
  /** It is the value of one column, unchanged. */
  direct: boolean;
  /** What RowDescription will say of it; 0 and 0 for a computed one. */
  origin: Readonly<{ relation: number; column: number }>;
}>;

export type RowFilter =
  /** No WHERE. */
  | 'none'
  /** Nothing in it depends on the row. */
  | 'always_true'
  /** The whole primary key or a unique key equals values that don't depend on any row: one row at most. */
  | 'key_equality'
  /** The same, but that a list of values stands for one of them: one row at most for each. */
  | 'key_list'
  | 'filtered';

export type WriteFact = Readonly<{
  action: 'insert' | 'update' | 'delete' | 'truncate';
  relation: number;
  /** "public.orders": as the statement names it, which may be a view. */
  target: string;
  columns: readonly string[];
  /** Undefined for rows that are inserted. */
  rowFilter: RowFilter | undefined;
  /** How many rows VALUES gives; undefined where it isn't known before. */
  rows: number | undefined;
  /** How many rows the planner expects; undefined unless somebody asked it. */
  estimatedRows?: number | undefined;
  through: readonly string[];
}>;

/** Why the statement may touch more than the facts say. */
export type OpaqueReason = Readonly<{
  reason:
    | 'function'
    | 'trigger'
    | 'rule'
    | 'unresolved'
    | 'unknown_object'
    | 'unknown_node'
    | 'dynamic'
    | 'name'
    | 'too_large'
    | 'definition';
  /** A sentence for people: "calls the plpgsql function public.touch(integer), whose reads aren't known". */
  because: string;
}>;

export type StatementFacts = Readonly<{
  kind: StatementKind;
  tag: string;
  /** As far as syntax tells, and none of the functions it calls writes. */
  readOnly: boolean;
  relations: readonly RelationFact[];
  /** All that the statement reads or writes, labelled or not. */
  columns: readonly ColumnFact[];
  functions: readonly FunctionFact[];
  outputs: readonly OutputFact[];
  writes: readonly WriteFact[];
  /** The number of rows that LIMIT lets through at most, when it is a constant. */
  limit: number | undefined;
  session: readonly SessionEffect[];
  objects: readonly ObjectEffect[];
  grants: readonly GrantEffect[];
  /** What it explains, prepares, declares or copies. */
  inner: readonly Readonly<{ kind: StatementKind; tag: string }>[];
  /** Empty: the facts are complete. */
  opaque: readonly OpaqueReason[];
  /** The version of the catalog that these are facts of. */
  catalogVersion: string;
}>;
