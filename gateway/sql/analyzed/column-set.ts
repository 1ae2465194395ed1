// The columns that a bitmap set of a permission names.

/** Attribute numbers: from 1 for the table's own columns, below 0 for the system's (`ctid`, `xmin` …). */
export type ColumnSet = Readonly<{
  /** A reference to the row as a whole: every column, those added later too. */
  wholeRow: boolean;
  columns: readonly number[];
}>;

/**
 * Members are offset so that system columns fit: `FirstLowInvalidHeapAttributeNumber` is -7 in PostgreSQL 12 and
 * later (-8 while tables could have OIDs), which makes 7 the whole row (attribute 0) and 8 the first column.
 */
const offset = 7;

export function columnSet(members: readonly number[]): ColumnSet {
  const attributes = members.map((member) => member - offset);
  return {
    wholeRow: attributes.includes(0),
    columns: attributes.filter((attribute) => attribute !== 0),
  };
}
