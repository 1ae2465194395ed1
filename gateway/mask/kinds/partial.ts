// Kind partial: the first and last characters stay.
import type { PartialMask } from '../rule.ts';
import type { BaseType } from '../types/column-type.ts';
import { charactersOf, countCharacters, isText, offsetFromEnd, offsetOf, textMask } from '../types/texts.ts';
import { largestSearched, nullMask, type ValueMask } from '../value-mask.ts';
import { partialWriter } from '../writers/partial-writer.ts';
import { partialPieces } from './partial-pieces.ts';

/** Characters at the ends of a large value, which are held until it is clear that they stay. */
const mostKept = 100_000;

export function partialMask(rule: PartialMask, type: BaseType): ValueMask {
  if (!isText(type)) return nullMask;
  const { keep_start: start = 0, keep_end: end = 0, fill = '*' } = rule;
  // PostgreSQL has no text with this character.
  if (fill.includes('\0')) return nullMask;
  const beyond = largeMask(rule, type);
  const mask =
    rule.keep_format === true
      ? textMask(type, (text) => keepFormat(text, start, end, fill), { limit: largestSearched, beyond })
      : textMask(type, (text) => keepEnds(text, start, end, fill), { beyond });
  return withWriter(mask, rule, type);
}

/** A byte may be written for a byte where the type has no limit of characters, and no padding. */
function largeMask(rule: PartialMask, type: BaseType): ValueMask {
  const { keep_start: start = 0, keep_end: end = 0 } = rule;
  const isPlain = type.name !== 'bpchar' && type.name !== 'name' && charactersOf(type) === undefined;
  return isPlain && start + end <= mostKept ? partialPieces(rule) : nullMask;
}

function withWriter(mask: ValueMask, rule: PartialMask, { name }: BaseType): ValueMask {
  const writer = partialWriter(rule);
  // Of char(n), trailing spaces aren't part of the value.
  return writer === undefined || name === 'bpchar' ? mask : { ...mask, writer: () => writer };
}

/** A text that is no longer than what would stay is hidden whole. */
function keepEnds(text: string, start: number, end: number, fill: string): string {
  const from = offsetOf(text, start);
  const to = offsetFromEnd(text, end);
  if (from >= to) return fill.repeat(countCharacters(text));
  return text.slice(0, from) + fill.repeat(countCharacters(text, from, to)) + text.slice(to);
}

/** Digits, letters, and all that isn't ASCII: other scripts write with signs that aren't letters too. */
const hideable = /(?:[\dA-Za-z]|[^\0-\x7f])+/gu;

/** Punctuation and spaces stay, and aren't counted. */
function keepFormat(text: string, start: number, end: number, fill: string): string {
  const hide = (shown: string) => shown.replace(hideable, (run) => fill.repeat(countCharacters(run)));
  const from = afterHideable(text, start);
  const to = beforeHideable(text, end);
  const middle = from < to ? text.slice(from, to) : '';
  const hidden = hide(middle);
  return hidden === middle ? hide(text) : text.slice(0, from) + hidden + text.slice(to);
}

/** Where the first `count` characters that aren't format end. */
function afterHideable(text: string, count: number): number {
  let at = 0;
  for (let left = count; left > 0 && at < text.length; at++) if (endsHideable(text, at)) left -= 1;
  return at;
}

/** Where the last `count` of them begin. */
function beforeHideable(text: string, count: number): number {
  let at = text.length;
  for (let left = count; left > 0 && at > 0; at--) if (beginsHideable(text, at - 1)) left -= 1;
  return at;
}

const isHigh = (code: number): boolean => (code & 0xfc00) === 0xd800;
const isLow = (code: number): boolean => (code & 0xfc00) === 0xdc00;

/** Of a character that takes two units, the second one. */
const endsHideable = (text: string, at: number): boolean =>
  isHideable(text.charCodeAt(at)) && !(isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)));

/** Of such a character, the first one. */
const beginsHideable = (text: string, at: number): boolean =>
  isHideable(text.charCodeAt(at)) && !(isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1)));

function isHideable(code: number): boolean {
  const lower = code | 0x20;
  return code >= 0x80 || (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}
