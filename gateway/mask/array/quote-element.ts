// An element in the text form of an array, in quotes where PostgreSQL's array_out writes them.

const quote = 0x22;
const backslash = 0x5c;

/** What means something there: quotes, backslashes, braces, commas and spaces. */
const special = new Uint8Array(256);
for (const character of '"\\{}, \t\n\r\v\f') special[character.charCodeAt(0)] = 1;

export function quoteElement(element: Buffer): Buffer {
  let escapes = 0;
  let plain = element.length > 0;
  for (const byte of element) {
    if (byte === quote || byte === backslash) escapes += 1;
    if (special[byte] === 1) plain = false;
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
