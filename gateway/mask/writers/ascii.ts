// Characters of ASCII, as bytes: what writers know of texts. In others they leave values to the mask itself.

export const endOfAscii = 0x80;

export const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** What JavaScript's `\s` takes of it. */
export const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
