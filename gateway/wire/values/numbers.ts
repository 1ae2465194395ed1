// Numbers out of their binary form, written as the server writes them.
import { shortestDigits } from './shortest-digits.ts';

const exact = (bytes: Buffer, length: number): Buffer => {
  if (bytes.length !== length) throw new Error('another length');
  return bytes;
};

const unsigned = (bytes: Buffer): string => String(exact(bytes, 4).readUInt32BE());
const int8 = (bytes: Buffer): string => String(exact(bytes, 8).readBigInt64BE());

export const numbers: readonly (readonly [number, (bytes: Buffer) => string])[] = [
  [20, int8],
  [21, (bytes) => String(exact(bytes, 2).readInt16BE())],
  [23, (bytes) => String(exact(bytes, 4).readInt32BE())],
  // oid, xid, cid, and what names an object by its number.
  ...[26, 28, 29, 24, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191].map(
    (oid) => [oid, unsigned] as const,
  ),
  [5069, (bytes) => String(exact(bytes, 8).readBigUInt64BE())],
  [700, (bytes) => floatText(exact(bytes, 4).readFloatBE(), 6, 4)],
  [701, float8Text],
  [1700, numericText],
  // money, without the currency, which only the server knows.
  [790, (bytes) => cents(exact(bytes, 8).readBigInt64BE())],
];

export function float8Text(bytes: Buffer): string {
  return floatText(exact(bytes, 8).readDoubleBE(), 15, 8);
}

/** The fewest digits that are the same number again. Written with an exponent from `fixedBelow` digits on. */
function floatText(value: number, fixedBelow: number, bytes: 4 | 8): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = shortestDigits(Math.abs(value), bytes).split('e');
  const exponent = Number(power);
  const sign = value < 0 ? '-' : '';
  if (exponent < -4 || exponent >= fixedBelow) {
    const shown = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${shown}`;
  }
  const digits = mantissa.replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

const signs: Readonly<Record<number, string>> = { 49152: 'NaN', 53248: 'Infinity', 61440: '-Infinity' };
const NEGATIVE = 0x4000;

/** Groups of four digits, where the first stands, the sign, and how many digits are shown behind the point. */
function numericText(bytes: Buffer): string {
  const groups = bytes.readUInt16BE(0);
  const weight = bytes.readInt16BE(2);
  const sign = bytes.readUInt16BE(4);
  const scale = bytes.readUInt16BE(6);
  exact(bytes, 8 + 2 * groups);
  const special = signs[sign];
  if (special !== undefined) return special;
  const group = (at: number): string =>
    at < 0 || at >= groups ? '0000' : String(bytes.readUInt16BE(8 + 2 * at)).padStart(4, '0');
  let whole = '';
  for (let at = 0; at <= weight; at++) whole += group(at);
  let fraction = '';
  for (let at = weight + 1; fraction.length < scale; at++) fraction += group(at);
  const shown = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === NEGATIVE ? '-' : ''}${shown}${scale === 0 ? '' : `.${fraction.slice(0, scale)}`}`;
}

function cents(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(3, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
