// The text before it is parsed: what is refused at sight, and where a byte of its UTF-8 form is in the JavaScript string.

import { SyntaxRefusal } from './refusal.ts';

/** Refuses what the parser would read otherwise than the server: text after a NUL, or characters that have no bytes. */
export function checkText(text: string, maxBytes: number): void {
  // A UTF-16 unit takes at most three bytes: most texts need no counting.
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes)
    throw new SyntaxRefusal(
      'too_long',
      '54000',
      `the statement is longer than the limit of ${maxBytes} bytes`,
    );
  const nul = text.indexOf('\0');
  if (nul >= 0)
    throw new SyntaxRefusal('contains_nul', '22021', 'the statement contains a NUL character', nul + 1);
  if (!text.isWellFormed())
    throw new SyntaxRefusal('not_unicode', '22021', 'the statement is not valid Unicode text');
}

/** Turns byte offsets of the UTF-8 form, asked in any order, into indices of the string. */
export function byteIndex(text: string): (byte: number) => number {
  const bytes = Buffer.byteLength(text);
  if (bytes === text.length) return (byte) => Math.min(byte, bytes);
  const encoded = Buffer.from(text);
  let lastByte = 0;
  let lastIndex = 0;
  return (byte) => {
    if (byte < lastByte) lastByte = lastIndex = 0;
    lastIndex += encoded.subarray(lastByte, byte).toString().length;
    lastByte = Math.min(byte, bytes);
    return lastIndex;
  };
}

/** The blanks of PostgreSQL's scanner. What is one to JavaScript alone, such as U+00A0, is a letter of a name there. */
const isBlank = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);

export function withoutBlanks(text: string, from: number, to: number): { start: number; end: number } {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return { start, end };
}
