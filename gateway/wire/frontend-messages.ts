// What the gateway reads of a client's messages: names, texts and object ids, decoded in place.
import { isUtf8 } from 'node:buffer';

/** A zero-terminated string that starts at `start`; `end` is where the next field begins, or -1 when it isn't terminated. */
export type Cstring = { text: string; end: number };

/** Reads a string that ends before `limit`. */
export function readCstring(bytes: Buffer, start: number, limit: number): Cstring | undefined {
  // The unnamed statement and portal are by far the most frequent.
  if (start < limit && bytes[start] === 0) return { text: '', end: start + 1 };
  const zero = bytes.indexOf(0, start);
  if (zero < 0 || zero >= limit) return undefined;
  return { text: bytes.toString('utf8', start, zero), end: zero + 1 };
}

/** Below this length, looking at each byte is cheaper than asking for a view of them. */
const SHORT_TEXT = 128;

/** True when bytes can be read as text in just one way: valid UTF-8. */
export function isPlainText(bytes: Buffer, start: number, end: number): boolean {
  let at = start;
  if (end - start <= SHORT_TEXT) while (at < end && (bytes[at] as number) < 0x80) at += 1;
  return at === end || isUtf8(bytes.subarray(at, end));
}

const noTypes: readonly number[] = Object.freeze([]);

/** The parameter types that a Parse message names behind its text (object ids, 0 for "let the server say"). */
export function readParameterTypes(bytes: Buffer, start: number, end: number): readonly number[] | undefined {
  if (start + 2 > end) return undefined;
  const count = bytes.readUInt16BE(start);
  if (start + 2 + count * 4 !== end) return undefined;
  if (count === 0) return noTypes;
  return Array.from({ length: count }, (_, index) => bytes.readUInt32BE(start + 2 + index * 4));
}

/** What a Bind message carries behind its names. */
export type BindValues = Readonly<{
  parameterFormats: readonly number[];
  /** The values as sent, null for NULL. */
  parameters: readonly (Buffer | null)[];
  resultFormats: readonly number[];
}>;

/** Reads the values of a Bind message; undefined when they are not laid out as the protocol says. */
export function readBindValues(bytes: Buffer, start: number, end: number): BindValues | undefined {
  const parameterFormats = readFormats(bytes, start, end);
  if (parameterFormats === undefined) return undefined;
  let at = start + 2 + parameterFormats.length * 2;
  if (at + 2 > end) return undefined;
  const count = bytes.readUInt16BE(at);
  at += 2;
  const parameters: (Buffer | null)[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 4 > end) return undefined;
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < -1 || at + length > end) return undefined;
    parameters.push(length === -1 ? null : bytes.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  const resultFormats = readFormats(bytes, at, end);
  if (resultFormats === undefined || at + 2 + resultFormats.length * 2 !== end) return undefined;
  return { parameterFormats, parameters, resultFormats };
}

const noFormats: readonly number[] = Object.freeze([]);

/** A count, and as many codes. */
function readFormats(bytes: Buffer, start: number, end: number): readonly number[] | undefined {
  if (start + 2 > end) return undefined;
  const count = bytes.readUInt16BE(start);
  if (count === 0) return noFormats;
  if (start + 2 + count * 2 > end) return undefined;
  const formats: number[] = [];
  for (let index = 0; index < count; index++) formats.push(bytes.readUInt16BE(start + 2 + index * 2));
  return formats;
}
