// Kind partial on texts of ASCII, where a character is a byte: what is hidden is written over where it stands.
import type { PartialMask } from '../rule.ts';
import { notThisWay, type ValueWriter } from '../value-mask.ts';
import { endOfAscii, isDigit, isLetter } from './ascii.ts';

/** undefined where what is hidden is written longer than it was. */
export function partialWriter({
  keep_start: start = 0,
  keep_end: end = 0,
  fill = '*',
  keep_format: keepsFormat = false,
}: PartialMask): ValueWriter | undefined {
  const byte = fill.charCodeAt(0);
  if (fill.length !== 1 || byte >= endOfAscii) return undefined;
  return keepsFormat ? keepingFormat(start, end, byte) : keepingEnds(start, end, byte);
}

function keepingEnds(keepStart: number, keepEnd: number, fill: number): ValueWriter {
  return {
    longer: 0,
    write(from, start, end, to, at) {
      const isWhole = end - start <= keepStart + keepEnd;
      const hiddenFrom = isWhole ? start : start + keepStart;
      const hiddenTo = isWhole ? end : end - keepEnd;
      let next = at;
      for (let index = start; index < end; index++) {
        const byte = from[index] as number;
        if (byte >= endOfAscii) return notThisWay;
        to[next++] = index >= hiddenFrom && index < hiddenTo ? fill : byte;
      }
      return next;
    },
  };
}

/** Punctuation and spaces stay, and aren't counted. */
function keepingFormat(keepStart: number, keepEnd: number, fill: number): ValueWriter {
  return {
    longer: 0,
    write(from, start, end, to, at) {
      let count = 0;
      for (let index = start; index < end; index++) {
        const byte = from[index] as number;
        if (byte >= endOfAscii) return notThisWay;
        if (isDigit(byte) || isLetter(byte)) count += 1;
      }
      const isWhole = count <= keepStart + keepEnd;
      const hiddenFrom = isWhole ? 0 : keepStart;
      const hiddenTo = isWhole ? count : count - keepEnd;
      let seen = 0;
      let next = at;
      for (let index = start; index < end; index++) {
        const byte = from[index] as number;
        const isHideable = isDigit(byte) || isLetter(byte);
        to[next++] = isHideable && seen >= hiddenFrom && seen < hiddenTo ? fill : byte;
        if (isHideable) seen += 1;
      }
      return next;
    },
  };
}
