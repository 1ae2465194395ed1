// An element in the text form of an array: in quotes unless it is plainly readable without.

const quote = 0x22;
const backslash = 0x5c;

export function quoteElement(element: Buffer): Buffer {
  let escapes = 0;
  let plain = element.length > 0;
  for (const byte of element) {
    if (byte === quote || byte === backslash) escapes += 1;
    if (!isPlain(byte)) plain = false;
  }
  if (plain && !(element.length === 4 && element.toString('latin1').toUpperCase() === 'NULL')) return element;
  const quoted = Buffer.allocUnsafe(element.length + escapes + 2);
  let at = 0;
  quoted[at++] = quote;
  for (const byte of element) {
    if (byte === quote || byte === backslash) quoted[at++] = backslash;
    quoted[at++] = byte;
  }
  quoted[at] = quote;
  return quoted;
}

/** Digits, letters, and what numbers, dates and UUIDs are written with. */
function isPlain(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x3a) || (byte >= 0x2d && byte <= 0x2e);
}
