// A mask for arrays: the mask of the element type on each element, and bounds and nesting as they were.
import { type ValueMask, wholeMask } from '../value-mask.ts';
import { maskArrayBinary } from './array-binary.ts';
import { maskArrayText } from './array-text.ts';

export function arrayMask(element: ValueMask): ValueMask {
  return wholeMask(
    (value) => maskArrayText(value, element),
    (value) => maskArrayBinary(value, element),
  );
}
