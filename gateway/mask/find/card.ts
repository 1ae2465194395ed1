// Payment card numbers: 13 to 19 digits whose last one is the check digit that Luhn's formula gives (ISO/IEC 7812-1).
import { digitRows, digitsIn } from './digit-groups.ts';
import type { Span } from './span.ts';

const fewest = 13;
const most = 19;

/** A number begins and ends with a group: half of a longer number isn't one. */
export function* findCards(text: string): Generator<Span> {
  for (const groups of digitRows(text)) {
    for (let first = 0; first < groups.length; first++) {
      const last = lastOfCard(text, groups, first);
      if (last === undefined) continue;
      yield { from: groups[first]?.from ?? 0, to: groups[last]?.to ?? 0 };
      first = last;
    }
  }
}

function lastOfCard(text: string, groups: readonly Span[], first: number): number | undefined {
  const from = groups[first]?.from ?? 0;
  let digits = 0;
  let found: number | undefined;
  for (let at = first; at < groups.length; at++) {
    const group = groups[at];
    if (group === undefined) break;
    digits += group.to - group.from;
    if (digits > most) break;
    if (digits >= fewest && passesLuhn(digitsIn(text.slice(from, group.to)))) found = at;
  }
  return found;
}

export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, doubled = false; at >= 0; at--, doubled = !doubled) {
    const digit = digits.charCodeAt(at) - 0x30;
    const weighed = doubled ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0 && /[1-9]/.test(digits);
}
