// An array with one element, in both formats.
import type { FixedValue } from '../types/fixed-values.ts';
import { quoteElement } from './quote-element.ts';

export function arrayOfOne(element: FixedValue, elementOid: number): FixedValue {
  // One dimension, no NULL, the type, one element counted from one, and its length.
  const head = Buffer.alloc(24);
  [1, 0, elementOid, 1, 1, element.binary.length].forEach((number, at) => {
    head.writeUInt32BE(number, at * 4);
  });
  return {
    text: Buffer.concat([Buffer.from('{'), quoteElement(element.text), Buffer.from('}')]),
    binary: Buffer.concat([head, element.binary]),
  };
}
