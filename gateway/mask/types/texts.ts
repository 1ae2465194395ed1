// Texts: what is read without padding, and what is written within the length that a column declares.
import { largestWhole, nullMask, type ValueMask, wholeMask } from '../value-mask.ts';
import type { BaseName, BaseType } from './column-type.ts';

const textNames: ReadonlySet<BaseName> = new Set(['text', 'varchar', 'bpchar', 'name', 'citext']);

export function isText({ name }: BaseType): boolean {
  return textNames.has(name);
}

/** Characters that a value may have; undefined: any number. */
export function charactersOf({ name, typmod }: BaseType): number | undefined {
  // A name has 63 bytes, and what is written into one by masks may be of any script.
  if (name === 'name') return undefined;
  return (name === 'varchar' || name === 'bpchar') && typmod >= 4 ? typmod - 4 : undefined;
}

const nameBytes = 63;

/** Cuts a text to what its type takes, and pads it where the type does. */
export function fitText(type: BaseType): (text: string) => Buffer {
  const most = charactersOf(type);
  if (type.name === 'name') return (text) => cutBytes(Buffer.from(text), nameBytes);
  if (most === undefined) return (text) => Buffer.from(text);
  const cut = (text: string) => (text.length <= most ? text : cutCharacters(text, most));
  if (type.name !== 'bpchar') return (text) => Buffer.from(cut(text));
  return (text) => {
    const kept = cut(text);
    return Buffer.from(kept + ' '.repeat(Math.max(most - countCharacters(kept), 0)));
  };
}

/** Changes texts, the same in both formats, and sees them as SQL compares them. */
export function textMask(
  type: BaseType,
  change: (text: string) => string | undefined,
  { limit = largestWhole, beyond = nullMask }: Readonly<{ limit?: number; beyond?: ValueMask }> = {},
): ValueMask {
  const encode = fitText(type);
  const padded = type.name === 'bpchar';
  const whole = (value: Buffer) => {
    const text = value.toString();
    const changed = change(padded ? text.replace(trailingSpaces, '') : text);
    return changed === undefined ? null : encode(changed);
  };
  return wholeMask(whole, whole, limit, beyond);
}

const trailingSpaces = /(?<! ) +$/;

/** Where a character begins that comes after `count` others, in UTF-16 units. */
export function offsetOf(text: string, count: number): number {
  let at = 0;
  for (let left = count; left > 0 && at < text.length; left--) at += isHigh(text, at) ? 2 : 1;
  return Math.min(at, text.length);
}

/** The same, from the end. */
export function offsetFromEnd(text: string, count: number): number {
  let at = text.length;
  for (let left = count; left > 0 && at > 0; left--) at -= at > 1 && isHigh(text, at - 2) ? 2 : 1;
  return at;
}

export function countCharacters(text: string, from = 0, to = text.length): number {
  let count = 0;
  for (let at = from; at < to; count++) at += isHigh(text, at) ? 2 : 1;
  return count;
}

/** The first of the two units that make one character. */
function isHigh(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && at + 1 < text.length;
}

const cutCharacters = (text: string, most: number): string => text.slice(0, offsetOf(text, most));

function cutBytes(bytes: Buffer, most: number): Buffer {
  if (bytes.length <= most) return bytes;
  let end = most;
  // Bytes that continue a character begin with the bits 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
