// The binary form of arrays: dimensions, whether NULLs are there, the element type, bounds, and the elements.
import type { ValueMask } from '../value-mask.ts';

/** PostgreSQL's MAXDIM. */
const mostDimensions = 6;

/** null for whatever isn't an array. */
export function maskArrayBinary(value: Buffer, element: ValueMask): Buffer | null {
  if (value.length < 12) return null;
  const dimensions = value.readInt32BE(0);
  if (dimensions < 0 || dimensions > mostDimensions) return null;
  const start = 12 + dimensions * 8;
  if (value.length < start) return null;
  let left = dimensions === 0 ? 0 : 1;
  for (let each = 0; each < dimensions; each++) left *= value.readInt32BE(12 + each * 8);
  if (left < 0 || left > value.length) return null;

  const head = Buffer.from(value.subarray(0, start));
  const out: Buffer[] = [head];
  let at = start;
  for (; left > 0; left--) {
    if (at + 4 > value.length) return null;
    const length = value.readInt32BE(at);
    at += 4;
    if (length > value.length - at) return null;
    const masked = length < 0 ? null : element.binary(value.subarray(at, at + length));
    at += Math.max(length, 0);
    if (masked === null) head.writeInt32BE(1, 4);
    out.push(lengthOf(masked));
    if (masked !== null) out.push(masked);
  }
  return at === value.length ? Buffer.concat(out) : null;
}

function lengthOf(value: Buffer | null): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeInt32BE(value === null ? -1 : value.length);
  return length;
}
