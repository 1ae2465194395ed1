// Exact decimal numbers: what numeric, integers and the numbers of rules have in common.

/** `unscaled` divided by ten to the power of `scale`. */
export type Decimal = Readonly<{ unscaled: bigint; scale: number }>;

/** A number, or one of the values that aren't numbers and stay what they are. */
export type Numeral = Decimal | 'NaN' | 'Infinity' | '-Infinity';

export function isSpecial(text: string): text is Exclude<Numeral, Decimal> {
  return text === 'NaN' || text === 'Infinity' || text === '-Infinity';
}

const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/;

/** More digits cost time that grows with their square. */
const mostDigits = 1000;

export function parseDecimal(text: string): Decimal | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const scale = fraction.length - Number(exponent);
  if (whole.length + fraction.length > mostDigits || Math.abs(scale) > mostDigits) return undefined;
  const digits = BigInt(whole + fraction);
  const unscaled = sign === '-' ? -digits : digits;
  return scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * tenTo(-scale), scale: 0 };
}

export function printDecimal({ unscaled, scale }: Decimal): string {
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The multiple of a positive step that is nearest, halves away from zero, or the next one below. */
export function multipleOf(value: Decimal, step: Decimal, which: 'nearest' | 'below'): Decimal {
  const scale = Math.max(value.scale, step.scale);
  const from = value.unscaled * tenTo(scale - value.scale);
  const by = step.unscaled * tenTo(scale - step.scale);
  const times = which === 'nearest' ? divideRounded(from, by) : divideFloor(from, by);
  return { unscaled: times * step.unscaled, scale: step.scale };
}

/** With `scale` digits after the point; halves go away from zero, as numeric's do. */
export function atScale(value: Decimal, scale: number): Decimal {
  if (scale === value.scale) return value;
  if (scale > value.scale) return { unscaled: value.unscaled * tenTo(scale - value.scale), scale };
  return { unscaled: divideRounded(value.unscaled, tenTo(value.scale - scale)), scale };
}

export function tenTo(power: number): bigint {
  return 10n ** BigInt(power);
}

function divideRounded(value: bigint, by: bigint): bigint {
  const size = value < 0n ? -value : value;
  const times = (size * 2n + by) / (by * 2n);
  return value < 0n ? -times : times;
}

function divideFloor(value: bigint, by: bigint): bigint {
  const times = value / by;
  return value % by < 0n ? times - 1n : times;
}
