// From a plan and the server's answer to COPY … TO STDOUT to what masks its rows.
import { Fault } from '../../../lib/index.ts';
import type { MaskPlan } from '../mask-plan.ts';
import { CopyBinary } from './copy-binary.ts';
import type { CopyMasks, CopyRows } from './copy-data.ts';
import type { CopyLayout } from './copy-layout.ts';
import { CopyLines } from './copy-lines.ts';

/** `response`: the body of CopyOutResponse, the overall format and how many columns there are. */
export function copyRowsOf({ columns, copy }: MaskPlan, response: Buffer): CopyRows {
  if (copy === undefined) throw new Fault('mask_missing');
  const isBinary = response[0] === 1;
  if (response.readUInt16BE(1) !== columns.length || isBinary !== (copy.format === 'binary'))
    throw new Fault('columns_changed');
  const masks = columns.map((column) => column?.forType({ oid: column.type, modifier: -1 }));
  return rowsOf(copy, masks);
}

const rowsOf = (layout: CopyLayout, masks: CopyMasks): CopyRows =>
  layout.format === 'binary' ? new CopyBinary(masks) : new CopyLines(layout, masks);
