// International bank account numbers, by the length of their country and their check digits (ISO 13616).
import type { Span } from './span.ts';

/** As the registry has them; other countries may come, with any length. */
const lengths = new Map(
  (
    'NO15 BE16 DK18 FI18 FO18 FK18 GL18 NL18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 MN20 XK20 CH21 HR21 LI21 ' +
    'LV21 BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 ' +
    'PK24 RO24 SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 ' +
    'BY28 CY28 DO28 GT28 HN28 HU28 LB28 NI28 PL28 SV28 BR29 EG29 PS29 UA29 JO30 KW30 MU30 QA30 YE30 MT31 SC31 LC32 ' +
    'RU33'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const shortest = 15;
const longest = 34;

/** One after another in groups, with at most one space or dash between two characters. */
const start = /(?<![A-Za-z\d])[A-Za-z]{2}[ -]?\d[ -]?\d(?:[ -]?[A-Za-z\d]){11,30}/g;

export function* findIbans(text: string): Generator<Span> {
  for (const match of text.matchAll(start)) {
    const to = endOfIban(match[0]);
    if (to !== undefined) yield { from: match.index, to: match.index + to };
  }
}

/** Words may follow that look like more of it: the country says how long it is. */
function endOfIban(shown: string): number | undefined {
  const wanted = lengths.get(shown.slice(0, 2).toUpperCase());
  let plain = '';
  let found: number | undefined;
  for (let at = 0; at < shown.length && plain.length < longest; at++) {
    const character = shown[at] ?? '';
    if (character === ' ' || character === '-') continue;
    plain += character.toUpperCase();
    const isLongEnough = wanted === undefined ? plain.length >= shortest : plain.length === wanted;
    if (isLongEnough && hasCheckDigits(plain)) found = at + 1;
  }
  return found;
}

/** ISO/IEC 7064, MOD 97-10: letters count from 10. */
function hasCheckDigits(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
