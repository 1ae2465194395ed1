// The facts of a statement that isn't a plain query, before the facts of what is inside it are added.

import type { Reference, Relation, Routine } from '../catalog-view.ts';
import type { Access, ColumnUse, OpaqueReason } from '../facts.ts';

export type TouchedColumn = Readonly<{ number: number; used: readonly ColumnUse[] }>;

export type TouchedRelation = Readonly<{
  relation: Relation;
  access: readonly Access[];
  columns: readonly TouchedColumn[];
  /** The views that reach it, the outermost first; empty: the statement itself does, or by inheritance. */
  through: readonly string[];
  /** It evaluates `writeExpressions` over the rows that are there. */
  runsWriteExpressions: boolean;
  /** It makes statistics of the rows that are there. */
  analyzes: boolean;
}>;

/** Rows come or go: whoever assembles the facts follows defaults, checks and triggers, as for INSERT. */
export type UtilityWrite = Readonly<{
  action: 'insert' | 'truncate';
  relation: Relation;
  columns: readonly number[];
}>;

export type CalledRoutine = Readonly<{
  /** One of those that the written name may mean. */
  routine: Routine;
  as: 'procedure' | 'function' | 'trigger';
  /** `later`: it is only named in what the statement defines. */
  runs: 'now' | 'later';
  /** What CALL gives it. */
  given?: GivenArguments;
}>;

/** The arguments as they are written. */
export type GivenArguments = Readonly<{
  /** In order; undefined for one that is given by its place. */
  names: readonly (string | undefined)[];
  /** VARIADIC: the last one is the array. */
  asArray: boolean;
}>;

export type ComparedColumns = Pick<Reference, 'relation' | 'columns' | 'target' | 'targetColumns'>;

/** An expression of the statement, as a query that the server can resolve: its columns and functions are facts too. */
export type ExpressionToResolve = Readonly<{
  source: string;
  /**
   * `now`: over the rows that are there. `new_rows`: over those that COPY brings, though the server asks for the right
   * to read the columns in it. `later`: when what the statement defines takes effect.
   */
  evaluated: 'now' | 'new_rows' | 'later';
  /** What becomes of the outputs of `source`; conditions have none. */
  used: ColumnUse;
  /** The type that its value is made into. */
  becomes?: number | undefined;
  /** A GiST index is built on its value. */
  inTree?: boolean;
}>;

export type UtilityOutput = Readonly<{
  position: number;
  name: string;
  /** The type's OID. */
  type: number;
  column: Readonly<{ relation: number; number: number }> | undefined;
}>;

/** Rows are held against what the partitions of a table are divided by. */
export type Partitioned = Readonly<{
  root: Relation;
  /** They were a table's of its own, and get its indexes and foreign keys. */
  attaches: boolean;
}>;

/** Where the rows that the client gets come from. */
export type RowSource =
  | 'none'
  /** `outputs` lists their columns. */
  | 'outputs'
  /** They are those of the statement inside. */
  | 'inner'
  /** They are those of what `standsFor` names. */
  | 'named'
  /** A procedure gives them. */
  | 'routine';

export type UtilityFacts = Readonly<{
  relations: readonly TouchedRelation[];
  writes: readonly UtilityWrite[];
  routines: readonly CalledRoutine[];
  expressions: readonly ExpressionToResolve[];
  /** The types of columns that a GiST index is built on. */
  treeTypes: readonly number[];
  /** Materialized views whose stored definition runs; its outputs are written to them. */
  refreshed: readonly Relation[];
  partitioned: readonly Partitioned[];
  /** New foreign keys, for which the rows that are there are compared. */
  compared: readonly ComparedColumns[];
  rowsFrom: RowSource;
  outputs: readonly UtilityOutput[];
  /** What becomes of the outputs of the statements that `innerStatements` gives. */
  innerOutputs: ColumnUse | undefined;
  /** The session knows what this stands for: its facts are to be added. */
  standsFor: Readonly<{ of: 'prepared' | 'cursor'; name: string }> | undefined;
  opaque: readonly OpaqueReason[];
}>;
