// The value of a constant of the type text in an analyzed tree.
import type { NodeOf } from '../analyzed/registry/node.ts';

const TEXT = 25;

/** Undefined for NULL, other types, and what isn't held as the parser holds it. */
export function textOf({ consttype, constisnull, constvalue }: NodeOf<'CONST'>): string | undefined {
  if (consttype !== TEXT || constisnull || constvalue === null) return undefined;
  const { bytes } = constvalue;
  const [first = 0] = bytes;
  // varatt.h: the lowest bits of a little-endian length say how long its header is, or that it is compressed.
  if ((first & 1) === 1) return first === 1 ? undefined : decode(bytes.subarray(1, first >> 1));
  if ((first & 3) !== 0 || bytes.length < 4) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) >>> 2;
  return decode(bytes.subarray(4, length));
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
