// One field of a line of COPY, as it is written: what both text and CSV must know of it.
import type { ValueMask } from '../mask-plan.ts';
import type { CopyLayout } from './copy-layout.ts';

export type LineLayout = Extract<CopyLayout, { format: 'text' | 'csv' }>;

export interface LineField {
  /** What is written instead of the field; undefined is one that is too large to be masked. */
  masked(field: Buffer | undefined, mask: ValueMask): Buffer;
}
