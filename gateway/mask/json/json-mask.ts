// Masks over the text of a JSON document, which json's two formats are and which jsonb's binary one has a byte before.
import type { BaseType } from '../types/column-type.ts';
import { largestWhole, nullMask, type ValueMask, wholeMask } from '../value-mask.ts';

/** src/backend/utils/adt/jsonb.c, jsonb_send: the only version there is. */
const version = 1;
const versionByte = Buffer.from([version]);

/** `change` gives null for what isn't JSON. */
export function jsonMask(
  { name }: BaseType,
  change: (document: Buffer) => Buffer | null,
  limit = largestWhole,
): ValueMask {
  if (name === 'json') return wholeMask(change, change, limit);
  if (name !== 'jsonb') return nullMask;
  const binary = (value: Buffer) => {
    const document = value[0] === version ? change(value.subarray(1)) : null;
    return document === null ? null : Buffer.concat([versionByte, document]);
  };
  return wholeMask(change, binary, limit);
}
