// The fewest decimal digits that are a floating-point number and no other, as PostgreSQL chooses them.

/** `4` or `8`: the bytes of the number. As `1.25e+3`; the number is above 0, and finite. */
export function shortestDigits(value: number, bytes: 4 | 8): string {
  const [low, high] = [middle(value, bytes, -1), middle(value, bytes, 1)];
  const fewest = bytes === 8 ? value.toExponential().split('e')[0]?.replace('.', '').length : 1;
  for (let digits = (fewest ?? 1) - 1; digits < 16; digits++) {
    const text = roundedToEven(value, digits);
    const exact = exactDecimal(text);
    // What is just in the middle between two numbers is neither.
    if (isLess(low, exact) && isLess(exact, high)) return text;
  }
  return roundedToEven(value, 16);
}

/** numerator / denominator */
type Exact = Readonly<{ over: bigint; under: bigint }>;

const isLess = (one: Exact, other: Exact): boolean => one.over * other.under < other.over * one.under;

/** Between the number and its neighbour. */
function middle(value: number, bytes: 4 | 8, by: 1 | -1): Exact {
  const [one, other] = [exactBinary(value), exactBinary(neighbour(value, bytes, by))];
  return { over: one.over * other.under + other.over * one.under, under: 2n * one.under * other.under };
}

function neighbour(value: number, bytes: 4 | 8, by: 1 | -1): number {
  const view = new DataView(new ArrayBuffer(8));
  if (bytes === 8) {
    view.setFloat64(0, value);
    view.setBigUint64(0, view.getBigUint64(0) + BigInt(by));
    const next = view.getFloat64(0);
    return Number.isFinite(next) ? next : value;
  }
  view.setFloat32(0, value);
  view.setUint32(0, view.getUint32(0) + by);
  const next = view.getFloat32(0);
  // As if numbers went on behind the largest.
  return Number.isFinite(next) ? next : 2 ** 128;
}

function exactBinary(value: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const whole = power === 0 ? fraction : fraction | (1n << 52n);
  const shift = Math.max(power, 1) - 1075;
  return shift >= 0
    ? { over: whole << BigInt(shift), under: 1n }
    : { over: whole, under: 1n << BigInt(-shift) };
}

function exactDecimal(text: string): Exact {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const digits = mantissa.replace('.', '');
  const power = Number(exponent) - (digits.length - 1);
  const size = 10n ** BigInt(Math.abs(power));
  return power >= 0 ? { over: BigInt(digits) * size, under: 1n } : { over: BigInt(digits), under: size };
}

/** The language rounds what is just in the middle up. */
function roundedToEven(value: number, digits: number): string {
  const up = value.toExponential(digits);
  const exact = value.toExponential(100).split('e')[0] ?? '';
  if (!/^50*$/.test(exact.slice(digits + 2))) return up;
  const [mantissa = '', exponent] = up.split('e');
  const last = Number(mantissa.at(-1));
  return last % 2 === 0 ? up : `${mantissa.slice(0, -1)}${last - 1}e${exponent}`;
}
