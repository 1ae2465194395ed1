// The value of an integer constant in an analyzed tree.
import type { NodeOf } from '../../analyzed/registry/node.ts';

const BIGINT = 20;
const SMALLINT = 21;
const INTEGER = 23;

/** As a little-endian server holds it, sign-extended to eight bytes; undefined for NULL and other types. */
export function integerOf({ consttype, constisnull, constvalue }: NodeOf<'CONST'>): bigint | undefined {
  if (consttype !== INTEGER && consttype !== BIGINT && consttype !== SMALLINT) return undefined;
  if (constisnull || constvalue === null) return undefined;
  const { bytes } = constvalue;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigInt64(0, true);
}
