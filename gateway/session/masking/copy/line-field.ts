// One field of a line of COPY, as it is written: what both text and CSV must know of it.
import type { ValueMask } from '../mask-plan.ts';
import type { CopyLayout } from './copy-layout.ts';

export type LineLayout = Extract<CopyLayout, { format: 'text' | 'csv' }>;

export interface LineField {
  /** What is written instead of the field. */
  masked(field: Buffer, mask: ValueMask): Buffer;
  /** The same, of one that is too large to be put together, and comes in pieces. */
  begin(mask: ValueMask): FieldPieces;
}

/** Takes a field in the pieces that it comes in, and gives what is written instead. */
export interface FieldPieces {
  push(piece: Buffer): Buffer;
  end(): Buffer;
}

/** Nothing of the field is looked at. */
export const becomesNull = (nothing: Buffer): FieldPieces => ({
  push: () => empty,
  end: () => nothing,
});

const empty = Buffer.alloc(0);
