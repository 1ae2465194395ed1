// Kind email on texts of ASCII: the same form of addresses as the mask's own expression, looked at byte by byte.
import { notThisWay, type ValueWriter } from '../value-mask.ts';
import { endOfAscii, isDigit, isLetter, isSpace } from './ascii.ts';

const signByte = 0x40;
const point = 0x2e;
const dash = 0x2d;
const longestName = 64;
const longestLabel = 63;
const mostLabels = 8;
const [shortestTop, longestTop] = [2, 24];
/** Longer texts are none, and needn't be looked through. */
const longest = 320;

/** `stars` take the place of names; `most`: the characters that the column takes. */
export function emailWriter(stars: string, most = Number.POSITIVE_INFINITY): ValueWriter {
  const hidden = Buffer.from(stars);
  return {
    longer: hidden.length,
    write(from, start, end, to, at) {
      if (end - start > longest) return notThisWay;
      for (let index = start; index < end; index++)
        if ((from[index] as number) >= endOfAscii) return notThisWay;
      const sign = endOfName(from, start, end);
      const isAddress = sign > start && isDomain(from, sign + 1, end);
      let next = at;
      if (isAddress && sign > start + 1) to[next++] = from[start] as number;
      for (let index = 0; index < hidden.length; index++) to[next++] = hidden[index] as number;
      if (isAddress) for (let index = sign; index < end; index++) to[next++] = from[index] as number;
      return Math.min(next, at + most);
    },
  };
}

/** Where the sign stands behind a name; the start when there is none. */
function endOfName(from: Buffer, start: number, end: number): number {
  const stop = Math.min(end, start + longestName + 1);
  for (let index = start; index < stop; index++) {
    const byte = from[index] as number;
    if (byte === signByte) return index;
    if (isSpace(byte)) return start;
  }
  return start;
}

/** Labels with points between them, the last of letters alone. */
function isDomain(from: Buffer, start: number, end: number): boolean {
  let labels = 0;
  let labelStart = start;
  let isLetters = true;
  for (let index = start; index < end; index++) {
    const byte = from[index] as number;
    if (byte === point) {
      const length = index - labelStart;
      if (length === 0 || length > longestLabel || from[index - 1] === dash) return false;
      labels += 1;
      labelStart = index + 1;
      isLetters = true;
    } else if (!isLetter(byte)) {
      if (!isDigit(byte) && (byte !== dash || index === labelStart)) return false;
      isLetters = false;
    }
  }
  const top = end - labelStart;
  return labels >= 1 && labels <= mostLabels && isLetters && top >= shortestTop && top <= longestTop;
}
