// The kinds that put one value in place of all: redact and constant.
import { arrayOfOne } from '../array/array-of-one.ts';
import type { ConstantMask } from '../rule.ts';
import type { MaskableType } from '../types/column-type.ts';
import { constantValue, type FixedValue, neutralValue } from '../types/fixed-values.ts';
import { fixedMask, nullMask, type ValueMask } from '../value-mask.ts';

/** An array becomes one with one neutral element: hidden is how many there were, but not that something is hidden. */
export function redactMask(type: MaskableType): ValueMask {
  if (type.is === 'closed') return nullMask;
  return fixed(
    type.is === 'base' ? neutralValue(type) : arrayOfOne(neutralValue(type.element), type.elementOid),
  );
}

/** An array becomes one whose only element is the constant. */
export function constantMask({ value }: ConstantMask, type: MaskableType): ValueMask {
  if (type.is === 'closed') return nullMask;
  if (type.is === 'base') return fixed(constantValue(type, value));
  const element = constantValue(type.element, value);
  return fixed(element === undefined ? undefined : arrayOfOne(element, type.elementOid));
}

const fixed = (value: FixedValue | undefined): ValueMask =>
  value === undefined ? nullMask : fixedMask(value.text, value.binary);
