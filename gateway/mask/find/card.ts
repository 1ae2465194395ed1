// Payment card numbers: 13 to 19 digits whose last one is the check digit that Luhn's formula gives (ISO/IEC 7812-1).
import type { Span } from './span.ts';

const fewest = 13;
const most = 19;

/** Digits as people write them: in groups, with one sign between two of them. */
const row = /\d+(?:[ .\-\u00a0\u2010-\u2015\u202f]\d+)*/g;

/** Where a group stands in the text, and its first digit among those of the row. */
type Group = Readonly<{ from: number; to: number; first: number }>;

/** A number begins and ends with a group: a part of a longer one isn't a number. */
export function* findCards(text: string): Generator<Span> {
  for (const match of text.matchAll(row)) {
    if (match[0].length < fewest) continue;
    const digits = match[0].replace(/\D/g, '');
    const groups = groupsOf(match[0], match.index);
    for (let start = 0; start < groups.length; start++) {
      const end = endOfCard(digits, groups, start);
      if (end === undefined) continue;
      yield { from: groups[start]?.from ?? 0, to: groups[end]?.to ?? 0 };
      start = end;
    }
  }
}

function groupsOf(shown: string, offset: number): readonly Group[] {
  const groups: Group[] = [];
  let first = 0;
  for (const { 0: digits, index } of shown.matchAll(/\d+/g)) {
    groups.push({ from: offset + index, to: offset + index + digits.length, first });
    first += digits.length;
  }
  return groups;
}

/** The last group of the longest number that begins with this one. */
function endOfCard(digits: string, groups: readonly Group[], start: number): number | undefined {
  const first = groups[start]?.first ?? 0;
  let found: number | undefined;
  for (let at = start; at < groups.length; at++) {
    const end = groups[at + 1]?.first ?? digits.length;
    if (end - first > most) break;
    if (end - first >= fewest && passesLuhn(digits, first, end)) found = at;
  }
  return found;
}

function passesLuhn(digits: string, from: number, to: number): boolean {
  let sum = 0;
  for (let at = to - 1, doubled = false; at >= from; at--, doubled = !doubled) {
    const digit = digits.charCodeAt(at) - 0x30;
    const weighed = doubled ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  // Nothing but noughts passes too, and is no number.
  return sum > 0 && sum % 10 === 0;
}
