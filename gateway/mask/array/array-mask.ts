// A mask for arrays: the mask of the element type on each element, and bounds and nesting as they were.
import { largestSearched, type ValueMask, wholeMask } from '../value-mask.ts';
import { maskArrayBinary } from './array-binary.ts';
import { maskArrayText } from './array-text.ts';

export function arrayMask(element: ValueMask): ValueMask {
  return wholeMask(
    (value) => maskArrayText(value, element),
    (value) => maskArrayBinary(value, element),
    // Each of a million short elements takes as long as a value of its own.
    largestSearched,
  );
}
