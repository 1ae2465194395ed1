// Integers, floats and numeric: one codec each, over exact decimals.
import type { Codec } from './codec.ts';
import type { BaseName } from './column-type.ts';
import { atScale, isSpecial, type Numeral, parseDecimal, printDecimal, tenTo } from './decimal.ts';
import { readNumeric, writeNumeric } from './numeric-binary.ts';

export function numberCodec(name: BaseName, typmod: number): Codec<Numeral> | undefined {
  switch (name) {
    case 'int2':
      return integerCodec(2);
    case 'int4':
      return integerCodec(4);
    case 'int8':
      return integerCodec(8);
    case 'float4':
      return floatCodec(4);
    case 'float8':
      return floatCodec(8);
    case 'numeric':
      return numericCodec(typmod);
    default:
      return undefined;
  }
}

/** What doesn't fit becomes the type's nearest value: each range of values still has one and the same result. */
function clamp(value: bigint, lowest: bigint, highest: bigint): bigint {
  if (value < lowest) return lowest;
  return value > highest ? highest : value;
}

function integerCodec(bytes: 2 | 4 | 8): Codec<Numeral> {
  const highest = 2n ** BigInt(bytes * 8 - 1) - 1n;
  const inRange = (value: Numeral): bigint =>
    typeof value === 'string' ? 0n : clamp(atScale(value, 0).unscaled, -highest - 1n, highest);
  return {
    parse: (text) => (/^-?\d{1,19}$/.test(text) ? { unscaled: BigInt(text), scale: 0 } : undefined),
    print: (value) => String(inRange(value)),
    read(from) {
      if (from.length !== bytes) return undefined;
      return { unscaled: bytes === 8 ? from.readBigInt64BE() : BigInt(from.readIntBE(0, bytes)), scale: 0 };
    },
    write(value) {
      const to = Buffer.allocUnsafe(bytes);
      if (bytes === 8) to.writeBigInt64BE(inRange(value));
      else to.writeIntBE(Number(inRange(value)), 0, bytes);
      return to;
    },
  };
}

function floatCodec(bytes: 4 | 8): Codec<Numeral> {
  const largest = bytes === 8 ? Number.MAX_VALUE : 3.4028234663852886e38;
  const narrow = (value: number) => (bytes === 4 ? Math.fround(value) : value);
  const numeral = (value: number): Numeral | undefined => {
    if (Number.isNaN(value)) return 'NaN';
    if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
    return parseDecimal(String(value));
  };
  const inRange = (value: Numeral): number => {
    if (typeof value === 'string') return Number(value);
    const exact = Number(printDecimal(value));
    return narrow(Math.min(Math.max(exact, -largest), largest));
  };
  const shape = /^(?:-?(?:\d|Infinity)[\d.e+-]*|NaN)$/;
  return {
    parse: (text) => (shape.test(text) ? numeral(narrow(Number(text))) : undefined),
    print(value) {
      const number = inRange(value);
      if (bytes === 8 || !Number.isFinite(number)) return String(number);
      for (let digits = 1; digits < 9; digits++) {
        const text = number.toPrecision(digits);
        if (narrow(Number(text)) === number) return String(Number(text));
      }
      return number.toPrecision(9);
    },
    read(from) {
      if (from.length !== bytes) return undefined;
      return numeral(bytes === 8 ? from.readDoubleBE() : from.readFloatBE());
    },
    write(value) {
      const to = Buffer.allocUnsafe(bytes);
      if (bytes === 8) to.writeDoubleBE(inRange(value));
      else to.writeFloatBE(inRange(value));
      return to;
    },
  };
}

/** `numeric(precision, scale)`, as its typmod packs them; undefined where the column has none. */
export function numericLimits(typmod: number): Readonly<{ precision: number; scale: number }> | undefined {
  if (typmod < 4) return undefined;
  const packed = typmod - 4;
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

function numericCodec(typmod: number): Codec<Numeral> {
  const limits = numericLimits(typmod);
  const inRange = (value: Numeral): Numeral => {
    if (limits === undefined || typeof value === 'string') return value;
    const { precision, scale } = limits;
    const shown = Math.max(scale, 0);
    const highest = (tenTo(precision) - 1n) * tenTo(shown - scale);
    const unit = tenTo(shown - scale);
    const rounded = atScale(value, shown).unscaled;
    // Where the scale is negative, the last digits are zeros.
    return { unscaled: clamp(rounded - (rounded % unit), -highest, highest), scale: shown };
  };
  return {
    parse: (text) => (isSpecial(text) ? text : parseDecimal(text)),
    print(value) {
      const fitted = inRange(value);
      return typeof fitted === 'string' ? fitted : printDecimal(fitted);
    },
    read: readNumeric,
    write: (value) => writeNumeric(inRange(value)),
  };
}
