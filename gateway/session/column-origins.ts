// What the server says of the columns that it is about to send, against what the statement was decided on.

/** The table and the attribute that a column comes from unchanged; 0 and 0 for one that is computed. */
export type ColumnOrigin = Readonly<{ relation: number; column: number }>;

/** What stands behind a column's name in a RowDescription: table, attribute, type, its length, its modifier, format. */
const FIXED_BYTES = 18;

/** True when a RowDescription, from its count of columns on, says the same. */
export function describes(origins: readonly ColumnOrigin[], bytes: Buffer, start: number): boolean {
  if (bytes.readUInt16BE(start) !== origins.length) return false;
  let at = start + 2;
  for (const { relation, column } of origins) {
    const end = bytes.indexOf(0, at) + 1;
    if (bytes.readUInt32BE(end) !== relation || bytes.readInt16BE(end + 4) !== column) return false;
    at = end + FIXED_BYTES;
  }
  return true;
}
