// Where the parts of a JSON text begin and end, without making objects of them: numbers and keys stay as they are.

export const quote = 0x22;
const backslash = 0x5c;
export const openObject = 0x7b;
const closeObject = 0x7d;
export const openArray = 0x5b;
const closeArray = 0x5d;

/** What isn't JSON is met. */
export class NotJson extends Error {}

export function skipSpace(text: Buffer, from: number): number {
  let at = from;
  while (isSpace(text[at])) at += 1;
  return at;
}

/** The offset after the string that begins at `from`. */
export function endOfString(text: Buffer, from: number): number {
  if (text[from] !== quote) throw new NotJson();
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === backslash) at += 1;
    else if (text[at] === quote) return at + 1;
  }
  throw new NotJson();
}

/** The offset after the value that begins at `from`, however deep it is. */
export function endOfValue(text: Buffer, from: number): number {
  const first = text[from];
  if (first === quote) return endOfString(text, from);
  if (first !== openObject && first !== openArray) return endOfScalar(text, from);
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const byte = text[at];
    if (byte === quote) {
      at = endOfString(text, at);
      continue;
    }
    at += 1;
    if (byte === openObject || byte === openArray) depth += 1;
    else if ((byte === closeObject || byte === closeArray) && --depth === 0) return at;
  }
  throw new NotJson();
}

/** The offset after a number, true, false or null. */
export function endOfScalar(text: Buffer, from: number): number {
  let at = from;
  while (at < text.length && isScalar(text[at] ?? 0)) at += 1;
  if (at === from) throw new NotJson();
  return at;
}

export function readString(text: Buffer, from: number, to: number): string {
  const written = text.toString('utf8', from + 1, to - 1);
  if (!written.includes('\\')) return written;
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    throw new NotJson();
  }
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Letters, digits, and `+`, `-`, `.`. */
function isScalar(byte: number): boolean {
  const lower = byte | 0x20;
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (lower >= 0x61 && lower <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
