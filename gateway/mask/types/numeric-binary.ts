// numeric's binary form: groups of four decimal digits, where the first one stands, the sign, and the digits shown.
// PostgreSQL's src/backend/utils/adt/numeric.c, numeric_send.
import { type Decimal, type Numeral, printDecimal } from './decimal.ts';

const signs = { negative: 0x4000, NaN: 0xc000, Infinity: 0xd000, '-Infinity': 0xf000 } as const;
const mostGroups = 300;

export function readNumeric(from: Buffer): Numeral | undefined {
  if (from.length < 8) return undefined;
  const groups = from.readUInt16BE(0);
  const weight = from.readInt16BE(2);
  const sign = from.readUInt16BE(4);
  const scale = from.readUInt16BE(6);
  if (sign === signs.NaN) return 'NaN';
  if (sign === signs.Infinity) return 'Infinity';
  if (sign === signs['-Infinity']) return '-Infinity';
  if (groups > mostGroups || Math.abs(weight) > mostGroups || scale > 1000) return undefined;
  if (from.length !== 8 + 2 * groups) return undefined;
  let size = 0n;
  for (let at = 8; at < from.length; at += 2) size = size * 10_000n + BigInt(from.readUInt16BE(at));
  // The last group stands for ten thousand to the power of weight - groups + 1.
  const shift = 4 * (weight - groups + 1) + scale;
  const unscaled = shift >= 0 ? size * 10n ** BigInt(shift) : size / 10n ** BigInt(-shift);
  return { unscaled: sign === signs.negative ? -unscaled : unscaled, scale };
}

export function writeNumeric(value: Numeral): Buffer {
  if (typeof value === 'string') return header(0, 0, signs[value], 0, 0);
  const { unscaled, scale } = value;
  const [whole = '', fraction = ''] = printDecimal(sizeOf(value)).split('.');
  const front = whole.padStart(Math.ceil(whole.length / 4) * 4, '0');
  const digits = front + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  let first = 0;
  let last = digits.length / 4;
  const group = (at: number) => Number(digits.slice(at * 4, at * 4 + 4));
  while (first < last && group(first) === 0) first += 1;
  while (last > first && group(last - 1) === 0) last -= 1;
  if (first === last) return header(0, 0, 0, scale, 0);
  const weight = front.length / 4 - 1 - first;
  const to = header(last - first, weight, unscaled < 0n ? signs.negative : 0, scale, 2 * (last - first));
  for (let at = first; at < last; at++) to.writeUInt16BE(group(at), 8 + 2 * (at - first));
  return to;
}

const sizeOf = ({ unscaled, scale }: Decimal): Decimal => ({
  unscaled: unscaled < 0n ? -unscaled : unscaled,
  scale,
});

function header(groups: number, weight: number, sign: number, scale: number, room: number): Buffer {
  const to = Buffer.allocUnsafe(8 + room);
  to.writeUInt16BE(groups, 0);
  to.writeInt16BE(weight, 2);
  to.writeUInt16BE(sign, 4);
  to.writeUInt16BE(scale, 6);
  return to;
}
