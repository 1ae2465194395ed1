// Tokens of texts: digits become digits, letters letters of their case, and punctuation and spaces stay.
import type { Permutation } from './permutation.ts';

const digit = { first: 0x30, radix: 10, sign: '9' } as const;
const upper = { first: 0x41, radix: 26, sign: 'A' } as const;
const lower = { first: 0x61, radix: 26, sign: 'a' } as const;

/** Room to work in, which short texts share: one is done before the next begins. */
type Room = Readonly<{
  out: Buffer;
  values: Uint8Array;
  radices: Uint8Array;
  firsts: Uint8Array;
  places: Uint32Array;
}>;

const roomFor = (length: number): Room => ({
  out: Buffer.alloc(length),
  values: new Uint8Array(length),
  radices: new Uint8Array(length),
  firsts: new Uint8Array(length),
  places: new Uint32Array(length),
});

const shortText = 128;
const shared = roomFor(shortText);

export function tokenText(text: string, permutation: Permutation): string {
  const isShort = text.length <= shortText;
  const { out, values, radices, firsts, places } = isShort ? shared : roomFor(text.length);
  let form = '';
  let length = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const alphabet = alphabetOf(code);
    // Letters beyond a to z become some of those, and the form tells apart what they were. Long texts are told apart
    // by all of their characters.
    if (isShort) form += alphabet === undefined || code >= 0x80 ? text[at] : alphabet.sign;
    // The second half of a character that has been seen.
    if ((code & 0xfc00) === 0xdc00 && at > 0) continue;
    if (alphabet === undefined) {
      out[length] = code;
    } else {
      values[count] = code < 0x80 ? code - alphabet.first : code % alphabet.radix;
      radices[count] = alphabet.radix;
      firsts[count] = alphabet.first;
      places[count] = length;
      count += 1;
    }
    length += 1;
  }
  permutation.apply({
    values: values.subarray(0, count),
    radices: radices.subarray(0, count),
    form: isShort ? form : text,
  });
  for (let each = 0; each < count; each++) {
    out[places[each] ?? 0] = (values[each] ?? 0) + (firsts[each] ?? 0);
  }
  return out.toString('latin1', 0, length);
}

function alphabetOf(code: number): typeof digit | typeof upper | typeof lower | undefined {
  if (code >= 0x80) return lower;
  if (code >= 0x30 && code <= 0x39) return digit;
  if (code >= 0x41 && code <= 0x5a) return upper;
  return code >= 0x61 && code <= 0x7a ? lower : undefined;
}
