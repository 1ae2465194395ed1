// Kind partial: the first and last characters stay.
import type { PartialMask } from '../rule.ts';
import type { BaseType } from '../types/column-type.ts';
import { countCharacters, isText, offsetFromEnd, offsetOf, textMask } from '../types/texts.ts';
import { nullMask, type ValueMask } from '../value-mask.ts';

export function partialMask(rule: PartialMask, type: BaseType): ValueMask {
  if (!isText(type)) return nullMask;
  const { keep_start: start = 0, keep_end: end = 0, fill = '*' } = rule;
  // PostgreSQL has no text with this character.
  if (fill.includes('\0')) return nullMask;
  if (rule.keep_format === true) return textMask(type, (text) => keepFormat(text, start, end, fill));
  return textMask(type, (text) => keepEnds(text, start, end, fill));
}

/** A text that is no longer than what would stay is hidden whole. */
function keepEnds(text: string, start: number, end: number, fill: string): string {
  const from = offsetOf(text, start);
  const to = offsetFromEnd(text, end);
  if (from >= to) return fill.repeat(countCharacters(text));
  return text.slice(0, from) + fill.repeat(countCharacters(text, from, to)) + text.slice(to);
}

/** Punctuation and spaces stay, and aren't counted. */
function keepFormat(text: string, start: number, end: number, fill: string): string {
  let total = 0;
  for (const character of text) if (isHideable(character)) total += 1;
  const hidesAll = total <= start + end;
  let seen = 0;
  let out = '';
  for (const character of text) {
    if (!isHideable(character)) {
      out += character;
      continue;
    }
    seen += 1;
    out += !hidesAll && (seen <= start || seen > total - end) ? character : fill;
  }
  return out;
}

/** Digits, letters, and all that isn't ASCII: other scripts write with signs that aren't letters too. */
function isHideable(character: string): boolean {
  const code = character.charCodeAt(0);
  const lower = code | 0x20;
  return code >= 0x80 || (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}
