// Which values of a result are masked, as the guard says it of each statement before it runs.
import type { ColumnOrigin } from '../column-origins.ts';
import type { CopyLayout } from './copy/copy-layout.ts';

/** What the server says of a column's type. */
export type ColumnType = Readonly<{
  /** The type's OID. */
  oid: number;
  /** Its modifier, as in numeric(10,2); -1 for none. */
  modifier: number;
}>;

/** Masks the values of one column; NULL stays NULL and is never given to it. */
export interface ValueMask {
  /** What is shown instead of a value in text format; null for NULL. The value is only valid during the call. */
  text(value: Buffer): Buffer | null;
  /** The same in binary format. */
  binary(value: Buffer): Buffer | null;
  /** For a value of this length that comes in pieces; `whole`: it can only be masked in one. */
  begin(length: number, format: 'text' | 'binary'): Pieces | 'whole';
  /** The quicker way that a mask may have for values of rows. */
  writer?(format: 'text' | 'binary'): ValueWriter | undefined;
}

/** Writes what is shown straight into the row that is sent. */
export interface ValueWriter {
  /** By how many bytes what is written can be longer than the value. */
  readonly longer: number;
  /** Where it ends; -1: it becomes NULL; -2: only the mask itself can tell. */
  write(from: Buffer, start: number, end: number, to: Buffer, at: number): number;
}

/** Takes a value in pieces. */
export interface Pieces {
  /** How long what is shown is, in all; null for NULL, of which there are no pieces. */
  readonly length: number | null;
  push(piece: Buffer): Buffer;
  end(): Buffer;
}

export type ColumnMask = Readonly<{
  /** The OID of its type: COPY's answer names none. */
  type: number;
  /** Asked for when the server has said the column's type. */
  forType: (type: ColumnType) => ValueMask;
}>;

/** Of one statement. */
export type MaskPlan = Readonly<{
  /** One entry for each column of the result, in order; undefined: its values pass. */
  columns: readonly (ColumnMask | undefined)[];
  /** Where the server will say that the columns come from, when that is certain. */
  origins?: readonly ColumnOrigin[] | undefined;
  /** Of COPY … TO STDOUT, for which the session fills it in: without it, none of its rows passes. */
  copy?: CopyLayout | undefined;
}>;
