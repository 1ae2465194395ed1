// What is proposed for one column, how sure that is, and why.

export type Proposal = Readonly<{
  schema: string;
  relation: string;
  column: string;
  /** The column's type, by its OID. */
  type: number;
  labels: readonly string[];
  /** From 0 to 1. */
  confidence: number;
  /** In words, without any value of the database. The first one counts most. */
  because: readonly string[];
}>;

/** A column that has labels already. */
export type LabelledColumn = Readonly<{
  schema: string;
  relation: string;
  column: string;
  labels: readonly Readonly<{ name: string; from: string }>[];
}>;

export type Classification = Readonly<{
  /** By schema and relation, in the order of the columns. */
  proposals: readonly Proposal[];
  labelled: readonly LabelledColumn[];
  /** How many columns were looked at. */
  columns: number;
}>;

/** Two digits say enough. */
export const rounded = (confidence: number): number => Math.round(Math.min(confidence, 0.99) * 100) / 100;
