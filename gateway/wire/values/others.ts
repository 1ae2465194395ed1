// Texts, bytes, addresses, shapes and the like out of their binary form.
import { float8Text } from './numbers.ts';

const text = (bytes: Buffer): string => bytes.toString();
const hex = (bytes: Buffer): string => bytes.toString('hex');
const pairs = (bytes: Buffer): string => hex(bytes).replace(/..(?=.)/g, '$&:');

export const others: readonly (readonly [number, (bytes: Buffer) => string])[] = [
  [16, (bytes) => (bytes[0] === 0 ? 'f' : 't')],
  [17, (bytes) => `\\x${hex(bytes)}`],
  // text and its like: char, name, json, xml, unknown, bpchar, varchar, cstring, refcursor.
  ...[18, 19, 25, 114, 142, 705, 1042, 1043, 2275, 1790].map((oid) => [oid, text] as const),
  // jsonb, jsonpath: behind a version.
  ...[3802, 4072].map((oid) => [oid, (bytes: Buffer) => bytes.toString('utf8', 1)] as const),
  // void
  [2278, () => ''],
  [2950, (bytes) => hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')],
  [829, pairs],
  [774, pairs],
  [869, addressText],
  [650, addressText],
  [1560, bits],
  [1562, bits],
  [27, (bytes) => `(${bytes.readUInt32BE(0)},${bytes.readUInt16BE(4)})`],
  [
    3220,
    (bytes) =>
      `${bytes.readUInt32BE(0).toString(16).toUpperCase()}/${bytes.readUInt32BE(4).toString(16).toUpperCase()}`,
  ],
  [600, (bytes) => point(bytes, 0)],
  [601, (bytes) => `[${point(bytes, 0)},${point(bytes, 16)}]`],
  [603, (bytes) => `${point(bytes, 0)},${point(bytes, 16)}`],
  [602, (bytes) => (bytes[0] === 0 ? `[${points(bytes, 1)}]` : `(${points(bytes, 1)})`)],
  [604, (bytes) => `(${points(bytes, 0)})`],
  [628, (bytes) => `{${float(bytes, 0)},${float(bytes, 8)},${float(bytes, 16)}}`],
  [718, (bytes) => `<${point(bytes, 0)},${float(bytes, 16)}>`],
];

const float = (bytes: Buffer, at: number): string => float8Text(bytes.subarray(at, at + 8));
const point = (bytes: Buffer, at: number): string => `(${float(bytes, at)},${float(bytes, at + 8)})`;

function points(bytes: Buffer, at: number): string {
  const count = bytes.readInt32BE(at);
  return Array.from({ length: count }, (_, index) => point(bytes, at + 4 + index * 16)).join(',');
}

function bits(bytes: Buffer): string {
  const all = [...bytes.subarray(4)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return all.slice(0, bytes.readInt32BE(0));
}

const INET4 = 2;

/** Family, bits of the network, whether it is a cidr, length, and the address. */
function addressText(bytes: Buffer): string {
  const isFour = bytes[0] === INET4;
  const network = bytes[1] as number;
  const address = bytes.subarray(4);
  const shown = isFour ? [...address].join('.') : address6(address);
  return bytes[2] === 0 && network === (isFour ? 32 : 128) ? shown : `${shown}/${network}`;
}

/** The longest run of zeros, the first of them, is left out (RFC 5952); addresses that hold one of IPv4 show it. */
function address6(address: Buffer): string {
  const words = Array.from({ length: 8 }, (_, at) => address.readUInt16BE(at * 2));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && words[at + length] === 0) length += 1;
    if (length > best.length) best = { at, length };
  }
  const holdsFour = best.at === 0 && (best.length === 6 || (best.length === 5 && words[5] === 0xffff));
  const shown = words.map((word) => word.toString(16));
  if (holdsFour) shown.splice(6, 2, [...address.subarray(12)].join('.'));
  if (best.at < 0) return shown.join(':');
  return `${shown.slice(0, best.at).join(':')}::${shown.slice(best.at + best.length).join(':')}`;
}
