// The text form of arrays, such as [0:1]={a,"b c"}: elements are masked where they stand.
import type { ValueMask } from '../value-mask.ts';
import { quoteElement } from './quote-element.ts';

const open = 0x7b;
const close = 0x7d;
const comma = 0x2c;
const quote = 0x22;
const backslash = 0x5c;
const equals = 0x3d;
const bracket = 0x5b;
const nullText = Buffer.from('NULL');

/** null for whatever isn't an array in the form that PostgreSQL prints. */
export function maskArrayText(value: Buffer, element: ValueMask): Buffer | null {
  let at = value[0] === bracket ? value.indexOf(equals) + 1 : 0;
  if (value[at] !== open) return null;
  const out: Buffer[] = [];
  let written = 0;
  let depth = 0;
  while (at < value.length) {
    const byte = value[at];
    if (byte === open) depth += 1;
    if (byte === close) depth -= 1;
    if (byte === open || byte === close || byte === comma) {
      at += 1;
      if (depth === 0) break;
      continue;
    }
    out.push(value.subarray(written, at));
    const end = byte === quote ? endOfQuoted(value, at) : endOfPlain(value, at);
    if (end === undefined) return null;
    const masked = maskElement(value.subarray(at, end), element);
    out.push(masked === null ? nullText : quoteElement(masked));
    at = end;
    written = end;
  }
  if (depth !== 0 || at !== value.length) return null;
  out.push(value.subarray(written));
  return Buffer.concat(out);
}

function maskElement(shown: Buffer, element: ValueMask): Buffer | null {
  if (shown[0] === quote) return element.text(unquote(shown));
  return shown.equals(nullText) ? null : element.text(shown);
}

function endOfQuoted(value: Buffer, from: number): number | undefined {
  for (let at = from + 1; at < value.length; at++) {
    if (value[at] === backslash) at += 1;
    else if (value[at] === quote) return at + 1;
  }
  return undefined;
}

/** Outside of quotes PostgreSQL prints no backslash. */
function endOfPlain(value: Buffer, from: number): number | undefined {
  for (let at = from; at < value.length; at++) {
    const byte = value[at];
    if (byte === comma || byte === close) return at;
    if (byte === open || byte === quote || byte === backslash) return undefined;
  }
  return undefined;
}

function unquote(shown: Buffer): Buffer {
  const inner = shown.subarray(1, -1);
  if (!inner.includes(backslash)) return inner;
  const plain = Buffer.allocUnsafe(inner.length);
  let length = 0;
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === backslash) at += 1;
    plain[length++] = inner[at] ?? 0;
  }
  return plain.subarray(0, length);
}
