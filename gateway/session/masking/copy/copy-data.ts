// What the formats of COPY have in common: data that come as one stream, and values that are masked whole up to a size.
import { Fault } from '../../../lib/index.ts';
import type { MessageScanner } from '../../../wire/index.ts';
import type { ValueMask } from '../mask-plan.ts';

/** Reads the data as one stream: a message may hold a part of a row, or several. */
export interface CopyRows {
  push(bytes: Buffer, start: number, end: number, output: MessageScanner): void;
  /** What is kept of it at the moment. */
  readonly heldBytes: number;
  /** Values that were masked. */
  readonly cells: number;
  /** There is no more; throws in the middle of a row. */
  end(): void;
}

/** The mask of each column, in the order of the rows. */
export type CopyMasks = readonly (ValueMask | undefined)[];

/** Values up to this size are put together; a larger one is masked as it comes, or becomes NULL. */
export const COPY_VALUE_MAX = 16 * 1024 * 1024;

export const malformedCopy = (): Fault =>
  new Fault('upstream_protocol', {}, new Error('COPY data are not laid out as its options say'));
