// Kinds round and bucket: a number, brought to the nearest multiple or to the lower end of its range.
import type { BucketMask, RoundMask } from '../rule.ts';
import { codecMask } from '../types/codec.ts';
import type { BaseType } from '../types/column-type.ts';
import { type Decimal, multipleOf, parseDecimal, printDecimal } from '../types/decimal.ts';
import { numberCodec } from '../types/numbers.ts';
import { isText, textMask } from '../types/texts.ts';
import { nullMask, type ValueMask } from '../value-mask.ts';

export function roundMask({ to }: RoundMask, type: BaseType): ValueMask {
  const step = stepOf(to);
  return step === undefined ? nullMask : numberMask(type, (value) => multipleOf(value, step, 'nearest'));
}

/** A column of numbers can hold only the range's lower end; a text says both. */
export function bucketMask({ size }: BucketMask, type: BaseType): ValueMask {
  const step = stepOf(size);
  if (step === undefined) return nullMask;
  if (!isText(type)) return numberMask(type, (value) => multipleOf(value, step, 'below'));
  return textMask(type, (text) => {
    const value = parseDecimal(text.length > longestNumber ? '' : text.trim());
    return value === undefined ? undefined : printRange(multipleOf(value, step, 'below'), step);
  });
}

const longestNumber = 1000;

function numberMask({ name, typmod }: BaseType, change: (value: Decimal) => Decimal): ValueMask {
  const codec = numberCodec(name, typmod);
  if (codec === undefined) return nullMask;
  return codecMask(codec, (value) => (typeof value === 'string' ? value : change(value)));
}

function stepOf(size: number): Decimal | undefined {
  const step = parseDecimal(String(size));
  return step === undefined || step.unscaled <= 0n ? undefined : step;
}

/** 30-39 where the step is a whole number, and else 2.5-5.0, of which the end isn't part. */
function printRange(lowest: Decimal, step: Decimal): string {
  const end = lowest.unscaled + step.unscaled - (step.scale === 0 ? 1n : 0n);
  return `${printDecimal(lowest)}-${printDecimal({ unscaled: end, scale: step.scale })}`;
}
